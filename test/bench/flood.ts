// A build that prints 200,000 lines, through the server, against plain nix-build of the same with the same log format and its
// stderr in a file. Everything is garbage-collected before each run. Aim: the 95 % interval of the median ratio includes or
// lies below 1.05, also with a limit (second argument, MiB) that cuts the log while it grows.

import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import path from "node:path";
import { machineArgs } from "../support/expressions.ts";
import { startLab } from "../support/lab.ts";
import { mustRun } from "../support/run.ts";
import { median, medianInterval, rounded } from "../support/statistics.ts";
import { timedBuild } from "../support/timedBuild.ts";
import { trustedClient, writeNetwork } from "../support/workspace.ts";

const pairs = Number(process.argv[2] ?? 15);
const maxLogSize = Number(process.argv[3] ?? 100);
const lines = 200_000;

const network = `{
  flood = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [
      (pkgs.runCommand "flood-1.0" { } ''
        line=0
        while [ $line -lt ${lines} ]; do
          line=$((line + 1))
          echo "[$line/${lines}] Building CXX object lib/Target/X86/CMakeFiles/LLVMX86CodeGen.dir/file.o"
        done
        mkdir -p $out
      '')
    ];
  };
}
`;

const lab = await startLab();
const workspace = writeNetwork(lab, "flood", network);
const client = await trustedClient(lab, workspace, { settings: { maxLogSize } });
const collect = () => mustRun("nix-collect-garbage", [], { env: lab.env, cwd: lab.dir });

async function throughServer(): Promise<number> {
  await collect();
  return timedBuild(client, workspace, "flood");
}

/** Duration of nix-build including evaluation (ms). */
async function plain(): Promise<number> {
  await collect();
  const events = openSync(path.join(lab.dir, "events"), "w");
  const args = [...machineArgs(workspace.file, "flood"), "--no-out-link", "--log-format", "internal-json", "-v"];
  const began = performance.now();
  const code = await new Promise(resolve =>
    spawn("nix-build", args, { env: lab.env, cwd: workspace.folder, stdio: ["ignore", "ignore", events] }).once(
      "exit",
      resolve,
    ),
  );
  const duration = performance.now() - began;
  closeSync(events);
  if (code !== 0) throw new Error(`nix-build ended with ${code}`);
  return duration;
}

const server: number[] = [];
const nix: number[] = [];
for (let pair = 0; pair < pairs; pair++) {
  // The first of a pair may run under other conditions, so they take turns.
  if (pair % 2 === 0) nix.push(await plain());
  server.push(await throughServer());
  if (pair % 2 === 1) nix.push(await plain());
}
await client.stop();
await lab.stop();
const ratios = server.map((value, index) => value / (nix[index] ?? Number.NaN));
process.stdout.write(
  `${JSON.stringify({
    bench: "flood",
    pairs,
    lines,
    maxLogSize,
    nixBuildMs: rounded(median(nix)),
    serverMs: rounded(median(server)),
    ratio: rounded(median(ratios), 3),
    interval: medianInterval(ratios).map(value => rounded(value, 3)),
  })}\n`,
);
