// eiffel on an ssh builder that emulates it: through the server against plain nix-build with the same builder. Here and there,
// everything is garbage-collected before each run. Aim: a ratio of at most 1.05. The same detached, with the result copied here,
// against attached. `-- --pairs N` makes fewer runs.
import { parseArgs } from "node:util";
import type { BuildParams } from "../../server/src/protocol.ts";
import { startBuilder } from "../support/builder.ts";
import { machineArgs } from "../support/expressions.ts";
import { startLab } from "../support/lab.ts";
import { mustRun } from "../support/run.ts";
import { median, rounded } from "../support/statistics.ts";
import { timedBuild } from "../support/timedBuild.ts";
import { copyNetwork, trustedClient } from "../support/workspace.ts";

const { values } = parseArgs({ options: { pairs: { type: "string", default: "7" } } });
const pairs = Number(values.pairs);
const lab = await startLab();
const builder = await startBuilder(lab, { name: "builder-arm", systems: ["aarch64-linux"] });
lab.setConf({ builders: [builder.machinesLine] });
const home = copyNetwork(lab, "home");
const client = await trustedClient(lab, home);

async function collect(): Promise<void> {
  const options = { env: lab.env, cwd: lab.dir };
  await mustRun("nix-collect-garbage", [], options);
  await mustRun("ssh", ["-F", builder.sshConfig, builder.name, "nix-collect-garbage"], options);
}

/** Duration of a build at a place (ms). */
async function throughServer(how: Pick<BuildParams, "place" | "detached" | "fetch">): Promise<number> {
  await collect();
  return timedBuild(client, home, "eiffel", how);
}

const withUs = { place: { kind: "only", builder: builder.storeUri } } as const;
const withoutUs = { place: { kind: "store", store: builder.storeUri }, detached: true, fetch: true } as const;

/** Duration of nix-build including evaluation (ms). */
async function plain(): Promise<number> {
  await collect();
  const args = [...machineArgs(home.file, "eiffel"), "--no-out-link", "--max-jobs", "0", "--builders"];
  const started = performance.now();
  await mustRun("nix-build", [...args, builder.machinesLine], { env: lab.env, cwd: home.folder });
  return performance.now() - started;
}

// The first build there sets up the builder's store.
await plain();
const nix: number[] = [];
const attached: number[] = [];
const detached: number[] = [];
for (let pair = 0; pair < pairs; pair++) {
  nix.push(await plain());
  attached.push(await throughServer(withUs));
  detached.push(await throughServer(withoutUs));
}
await client.stop();
await lab.stop();
const ratioTo = (others: readonly number[], those: readonly number[]) =>
  rounded(median(those.map((value, index) => value / (others[index] ?? Number.NaN))), 3);
const report = {
  bench: "remote",
  pairs,
  nixBuildMs: rounded(median(nix)),
  attachedMs: rounded(median(attached)),
  ratio: ratioTo(nix, attached),
  detachedMs: rounded(median(detached)),
  detachedToAttached: ratioTo(attached, detached),
};
process.stdout.write(`${JSON.stringify(report)}\n`);
