// A build through the server against plain nix-build of the same derivations, which take about 5 s; everything is
// garbage-collected before each run. Aim: a ratio of at most 1.1.
import { machineArgs } from "../support/expressions.ts";
import { startLab } from "../support/lab.ts";
import { mustRun } from "../support/run.ts";
import { median, rounded } from "../support/statistics.ts";
import { timedBuild } from "../support/timedBuild.ts";
import { copyNetwork, trustedClient } from "../support/workspace.ts";

const pairs = 7;
const lab = await startLab();
const home = copyNetwork(lab, "home");
const client = await trustedClient(lab, home);
const collect = () => mustRun("nix-collect-garbage", [], { env: lab.env, cwd: lab.dir });

async function throughServer(): Promise<number> {
  await collect();
  return timedBuild(client, home, "web01");
}

/** Duration of nix-build including evaluation (ms). */
async function plain(): Promise<number> {
  await collect();
  const started = performance.now();
  await mustRun("nix-build", [...machineArgs(home.file, "web01"), "--no-out-link"], { env: lab.env, cwd: home.folder });
  return performance.now() - started;
}

const server: number[] = [];
const nix: number[] = [];
for (let pair = 0; pair < pairs; pair++) {
  nix.push(await plain());
  server.push(await throughServer());
}
await client.stop();
await lab.stop();
const ratio = median(server.map((value, index) => value / (nix[index] ?? Number.NaN)));
process.stdout.write(
  `${JSON.stringify({ bench: "overhead", pairs, nixBuildMs: rounded(median(nix)), serverMs: rounded(median(server)), ratio: rounded(ratio, 3) })}\n`,
);
