// eiffel on an ssh builder that emulates it: through the server against plain nix-build with the same builder. Here and there,
// everything is garbage-collected before each run. Aim: a ratio of at most 1.05. `-- --pairs N` makes fewer runs.
import { parseArgs } from "node:util";
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
async function throughServer(): Promise<number> {
  await collect();
  return timedBuild(client, home, "eiffel", { place: { kind: "only", builder: builder.storeUri } });
}

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
for (let pair = 0; pair < pairs; pair++) {
  nix.push(await plain());
  attached.push(await throughServer());
}
await client.stop();
await lab.stop();
const ratioTo = (others: readonly number[], those: readonly number[]) =>
  rounded(median(those.map((value, index) => value / (others[index] ?? Number.NaN))), 3);
process.stdout.write(
  `${JSON.stringify({ bench: "remote", pairs, nixBuildMs: rounded(median(nix)), attachedMs: rounded(median(attached)), ratio: ratioTo(nix, attached) })}\n`,
);
