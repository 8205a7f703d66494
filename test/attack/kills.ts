import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../support/until.ts";
import type { Attack } from "./attack.ts";
import { checkRecord, type Home, leaveHome, makeHome, recordsOf, supervisorOf } from "./home.ts";
import { reach, reachable, slowMachine } from "./moments.ts";
import { AttackedServer } from "./server.ts";
import { type Trial, trialsInLab } from "./trials.ts";

/** How long after its moment a kill comes (ms). */
const delays = [0, 0, 1, 3, 10, 30, 100, 300, 1000] as const;

/** Kills the server, the supervisor or both at random moments of a build, which still succeeds. */
export const kills: Attack = {
  name: "kills",
  trials: 100,
  run: context => trialsInLab(context, trial),
};

async function trial({ lab, index, random, usual, faults }: Trial): Promise<void> {
  const victim = random.pick(["server", "server", "supervisor", "both"]);
  const moment = random.pick(reachable);
  const delay = moment === "time" ? random.next() * usual : random.pick(delays);
  const again = random.isOneIn(4) ? random.next() * usual : undefined;
  const name = `kill ${index} (${victim}, ${moment} + ${Math.round(delay)} ms${again === undefined ? "" : ", twice"})`;
  const home = makeHome(lab, `k${index}`, slowMachine(`k${index}`));

  let server = await AttackedServer.start(home, name, faults);
  const asked = server.ask("morph/build", { uri: home.uri, machine: "target" });
  await reach(home, moment);
  await sleep(delay);
  if (victim !== "supervisor") await server.kill();
  if (victim !== "server") await killSupervisor(home);
  if (victim !== "supervisor") server = await AttackedServer.start(home, name, faults);
  if (again !== undefined) {
    await sleep(again);
    await server.kill();
    server = await AttackedServer.start(home, name, faults);
  }

  const answer = await asked;
  const ids = new Set([...(answer.kind === "result" ? [answer.result.id] : []), ...recordsOf(home)]);
  for (const id of ids) {
    const build = await server.end(home, id);
    if (build === undefined) continue;
    const why = `${build.failure?.code}: ${build.failure?.message}`;
    if (build.state !== "succeeded")
      faults.add("lost", `${name}: a build that nothing stopped is ${build.state} (${why})`);
    await checkRecord(lab, home, build, faults);
  }
  // Nothing that was left behind prevents the next build.
  if (random.isOneIn(3)) {
    const next = await server.ask("morph/build", { uri: home.uri, machine: "target" });
    const build = next.kind === "result" ? await server.end(home, next.result.id) : undefined;
    if (build?.state !== "succeeded") faults.add("lost", `${name}: the build after it is ${build?.state}`);
  }
  await server.stop();
  await leaveHome(home, faults);
}

/** Kills the supervisor, which may not have started yet. */
async function killSupervisor(home: Home): Promise<void> {
  const found = await until("a supervisor runs", () => supervisorOf(home), 2000).catch(() => undefined);
  try {
    if (found !== undefined) process.kill(found.pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
