import { setTimeout as sleep } from "node:timers/promises";
import { finalStates } from "../../server/src/protocol.ts";
import type { Attack, Faults } from "./attack.ts";
import { checkRecord, leaveHome, makeHome } from "./home.ts";
import { reach, reachable, slowMachine } from "./moments.ts";
import { AttackedServer } from "./server.ts";
import { type Trial, trialsInLab } from "./trials.ts";

/** Cancels at random moments of a build, from its own server or another; nothing continues, and a retry succeeds. */
export const cancels: Attack = {
  name: "cancels",
  trials: 100,
  run: context => trialsInLab(context, trial),
};

async function trial({ lab, index, random, usual, faults }: Trial): Promise<void> {
  const moment = random.pick(reachable);
  const delay = moment === "time" ? random.next() * usual : random.pick([0, 0, 1, 3, 10, 30, 100, 300, 1000]);
  const how = random.pick(["cancel", "cancel", "cancel and kill", "by another window", "cancel twice"]);
  const isRetried = random.isOneIn(3);
  const name = `cancel ${index} (${how}, ${moment} + ${Math.round(delay)} ms)`;
  const home = makeHome(lab, `c${index}`, slowMachine(`c${index}`));

  let server = await AttackedServer.start(home, name, faults);
  const machine = { uri: home.uri, machine: "target" };
  const asked = await server.ask("morph/build", machine);
  if (asked.kind !== "result") return faults.add("lost", `${name}: no build: ${JSON.stringify(asked)}`);
  const { id } = asked.result;
  await reach(home, moment);
  await sleep(delay);
  if (how === "by another window") {
    const other = await AttackedServer.start(home, name, faults);
    await other.ask("morph/cancel", { id });
    await other.stop();
  } else await server.ask("morph/cancel", { id });
  if (how === "cancel twice") await server.ask("morph/cancel", { id });
  if (how === "cancel and kill") {
    await server.kill();
    server = await AttackedServer.start(home, name, faults);
  }
  const build = await server.end(home, id);
  if (build !== undefined) {
    // It may have ended just before.
    const isRight = build.state === "cancelled" || build.state === "succeeded";
    if (!isRight)
      faults.add("lost", `${name}: it is ${build.state} (${build.failure?.code}: ${build.failure?.message})`);
    await checkRecord(lab, home, build, faults);
  }
  if (isRetried) {
    const retried = await server.ask("morph/build", machine);
    const end = retried.kind === "result" ? await server.end(home, retried.result.id) : undefined;
    if (end?.state !== "succeeded")
      faults.add("lost", `${name}: the retry is ${end?.state} (${end?.failure?.code}: ${end?.failure?.message})`);
  } else if (build !== undefined) await nothingGoesOn(server, id, name, faults);
  await server.stop();
  await leaveHome(home, faults);
}

/** A cancelled build does not start again. */
async function nothingGoesOn(server: AttackedServer, id: string, name: string, faults: Faults): Promise<void> {
  await sleep(200);
  const builds = await server.ask("morph/builds", {});
  const state = builds.kind === "result" ? builds.result.find(build => build.id === id)?.state : undefined;
  if (state === undefined || !finalStates.has(state)) faults.add("lost", `${name}: afterwards it is ${state}`);
}
