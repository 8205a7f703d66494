// Ten builders behind ssh, checked in parallel, and one more whose link is cut. Aims: all together take no longer than the slowest of
// them and at most 10 s; and the ten are not held up by the one that does not answer.
import type { Builder } from "../../server/src/protocol.ts";
import { startBuilder } from "../support/builder.ts";
import { startLab } from "../support/lab.ts";
import { rounded } from "../support/statistics.ts";
import { copyNetwork, trustedClient } from "../support/workspace.ts";

const lab = await startLab();
const names = Array.from({ length: 10 }, (_, index) => `builder-${index}`);
const builders = await Promise.all(
  names.map(name =>
    startBuilder(lab, { name, systems: ["x86_64-linux", "aarch64-linux"], features: ["big-parallel"] }),
  ),
);
const silent = await startBuilder(lab, { name: "silent", systems: ["x86_64-linux"], network: "own" });
const client = await trustedClient(lab, copyNetwork(lab, "home"));

/** Checks all remote builders in parallel. */
async function checkAll(lines: readonly string[]) {
  lab.setConf({ builders: lines });
  const known = (await client.request("morph/builders", {})).filter(({ kind }) => kind === "remote");
  const started = Date.now();
  const all = await Promise.all(
    known.map(async ({ id }) => (await client.request("morph/builders", { check: id })).find(each => each.id === id)),
  );
  const total = Date.now() - started;
  const took = (builder: Builder | undefined) => Date.parse(builder?.check?.at ?? "") - started;
  const each = all.map(took);
  return { total, each, slowest: Math.max(...each), checked: all };
}

const lines = builders.map(({ machinesLine }) => machinesLine);
// The first builds there set up the builders' stores.
const first = await checkAll(lines);
const again = await checkAll(lines);
await silent.cutLink();
const withSilent = await checkAll([...lines, silent.machinesLine]);
const proven = withSilent.checked.filter(
  builder =>
    builder?.check?.problem === undefined && builder?.offers[0]?.systems.every(({ known }) => known === "proven"),
);
const report = {
  builders: names.length,
  firstTotalMs: first.total,
  totalMs: again.total,
  slowestMs: again.slowest,
  beyondSlowestMs: again.total - again.slowest,
  sumMs: again.each.reduce((sum, one) => sum + one, 0),
  withSilentTotalMs: withSilent.total,
  withSilentOthersMs: Math.max(...withSilent.each.slice(0, -1)),
  ratioOfOthers: rounded(Math.max(...withSilent.each.slice(0, -1)) / again.slowest, 2),
  provenWithSilent: proven.length,
  silentProblem: withSilent.checked.at(-1)?.check?.problem?.code,
  inTime: again.total <= 10_000 && withSilent.total <= 10_500,
};
await client.stop();
await silent.restoreLink();
await lab.stop();
process.stdout.write(`${JSON.stringify(report)}\n`);
