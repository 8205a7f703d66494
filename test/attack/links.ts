import { setTimeout as sleep } from "node:timers/promises";
import type { BuildParams } from "../../server/src/protocol.ts";
import { type Builder, startBuilder } from "../support/builder.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { type Attack, eachTrial, type Faults } from "./attack.ts";
import { detachedTrial } from "./detachedTrial.ts";
import { checkRecord, leaveHome, makeHome } from "./home.ts";
import { type LinkTrial, remainingOn } from "./linkTrial.ts";
import { slowMachine } from "./moments.ts";
import { AttackedServer } from "./server.ts";

/** How many trials run in parallel, each with a builder of its own. */
const width = 5;

/** How long a lost link may go unnoticed (ms). */
const noticed = 30_000;

/** How a build may fail if its link was cut. */
const expected = new Set(["builder-lost", "builder-unreachable"]);

/**
 * Cuts the link to a remote builder at random moments of a build there: for a moment or until the build has ended, which a detached
 * build does regardless.
 */
export const links: Attack = {
  name: "links",
  trials: 20,
  async run({ trials, random, faults }) {
    const lab = await startLab();
    const builders: Builder[] = [];
    for (let index = 0; index < Math.min(width, trials); index++)
      builders.push(await startBuilder(lab, { name: `far${index}`, systems: ["x86_64-linux"], network: "own" }));
    lab.setConf({ builders: builders.map(({ machinesLine }) => machinesLine) });
    const usual = await measure(lab, builders, faults);
    const free = [...builders];
    await eachTrial(trials, width, async index => {
      const builder = free.pop();
      if (builder === undefined) throw new Error("more trials than builders");
      // Half of the builds are detached: they continue without the link.
      const cut = index % 2 === 0 ? attachedTrial : detachedTrial;
      await cut({ lab, builder, index, random: random.fork(index), usual, faults });
      free.push(builder);
    });
    await lab.stop();
  },
};

async function attachedTrial({ lab, builder, index, random, usual, faults }: LinkTrial): Promise<void> {
  const delay = random.next() * usual;
  const pause = random.isOneIn(3) ? random.next() * 8_000 : undefined;
  const name = `link ${index} (cut after ${Math.round(delay)} ms${pause === undefined ? "" : ` for ${Math.round(pause)} ms`})`;
  const home = makeHome(lab, `l${index}`, slowMachine(`l${index}`));
  const server = await AttackedServer.start(home, name, faults);
  const params: BuildParams = { uri: home.uri, machine: "target", place: { kind: "only", builder: builder.storeUri } };

  const asked = await server.ask("morph/build", params);
  await sleep(delay);
  await builder.cutLink();
  const cutAt = Date.now();
  if (pause !== undefined) await sleep(pause).then(() => builder.restoreLink());
  const build = asked.kind === "result" ? await server.end(home, asked.result.id) : undefined;
  const took = Date.now() - cutAt;
  await builder.restoreLink();

  if (build?.state === "failed" && !expected.has(build.failure?.code ?? ""))
    faults.add("lost", `${name}: it failed with ${build.failure?.code}: ${build.failure?.message}`);
  else if (build !== undefined && build.state !== "failed" && build.state !== "succeeded")
    faults.add("lost", `${name}: it is ${build.state}`);
  if (build?.state === "failed" && (build.failure?.fixes ?? []).length === 0)
    faults.add("lost", `${name}: its failure does not say what to do`);
  if (pause === undefined && build?.state === "failed" && took > noticed)
    faults.add("stuck", `${name}: failed after ${took} ms`);
  if (build !== undefined) await checkRecord(lab, home, build, faults);

  const next = await server.ask("morph/build", params);
  const again = next.kind === "result" ? await server.end(home, next.result.id) : undefined;
  if (again?.state !== "succeeded")
    faults.add(
      "lost",
      `${name}: the build after it is ${again?.state} (${again?.failure?.code}: ${again?.failure?.message})`,
    );
  else await checkRecord(lab, home, again, faults);
  await server.stop();
  for (const { pid, cmdline } of await remainingOn(builder))
    faults.add("left", `${name}: ${builder.name}: ${pid} ${cmdline}`);
  await leaveHome(home, faults);
}

/** Builds on each builder what the builds of all trials share, and measures how long a build takes that nothing disturbs (ms). */
async function measure(lab: Lab, builders: readonly Builder[], faults: Faults): Promise<number> {
  let usual = 0;
  for (const [index, builder] of [...builders, ...builders.slice(0, 1)].entries()) {
    const home = makeHome(lab, `first${index}`, slowMachine(`first${index}`));
    const server = await AttackedServer.start(home, `first ${index}`, faults);
    const place = { kind: "only", builder: builder.storeUri } as const;
    const began = performance.now();
    const asked = await server.ask("morph/build", { uri: home.uri, machine: "target", place });
    const build = asked.kind === "result" ? await server.end(home, asked.result.id) : undefined;
    if (build?.state !== "succeeded")
      throw new Error(`a build that nothing disturbs ended as ${JSON.stringify(build)}`);
    usual = performance.now() - began;
    await server.stop();
    await leaveHome(home, faults);
  }
  return usual;
}
