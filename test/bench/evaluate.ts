// All machines of a network of 200 through the server against one plain nix-instantiate of the same. Aims: a ratio of at most
// 1.05, and memory below the limit.
import fs from "node:fs";
import { bundledEvaluator } from "../support/fixtures.ts";
import { startLab } from "../support/lab.ts";
import { processesIn } from "../support/processes.ts";
import { mustRun } from "../support/run.ts";
import { median, rounded } from "../support/statistics.ts";
import { trustedClient, writeNetwork } from "../support/workspace.ts";

const machines = 200;
const pairs = 5;
const capMiB = 4096;

const names = Array.from({ length: machines }, (_, index) => `node${String(index).padStart(3, "0")}`);
const text = `{\n${names
  .map(
    name =>
      `  ${name} = { pkgs, ... }: { nixpkgs.system = "x86_64-linux"; environment.etc."motd".text = "${name}"; };\n`,
  )
  .join("")}}\n`;

const lab = await startLab();
const workspace = writeNetwork(lab, "many", text);
const client = await trustedClient(lab, workspace, { settings: { evaluation: { memory: capMiB } } });

/** Duration of some work (ms), and the peak memory of all Nix processes during it (MiB). */
async function measured(work: () => Promise<void>): Promise<{ readonly ms: number; readonly peak: number }> {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, memoryOfNix());
  }, 100);
  const started = performance.now();
  try {
    await work();
    return { ms: performance.now() - started, peak };
  } finally {
    clearInterval(timer);
  }
}

function memoryOfNix(): number {
  const kibibytes = processesIn(lab.dir)
    .filter(({ cmdline }) => cmdline.includes("nix-instantiate"))
    .map(({ pid }) => {
      try {
        return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0);
      } catch {
        return 0;
      }
    });
  return kibibytes.reduce((sum, each) => sum + each, 0) / 1024;
}

async function throughServer(): Promise<void> {
  const all = await client.request("morph/evaluateAll", { uri: workspace.uri });
  const evaluated = all.filter(each => "drvPath" in each).length;
  if (evaluated !== machines) throw new Error(`${evaluated} of ${machines} machines were evaluated`);
}

const expression = `
  { evaluator, network }:
  builtins.mapAttrs (_: node: node.config.system.build.toplevel)
    (import (/. + evaluator) { networkExpr = /. + network; }).nodes`;

async function plain(): Promise<void> {
  const args = ["--expr", expression, "--argstr", "evaluator", bundledEvaluator, "--argstr", "network", workspace.file];
  await mustRun("nix-instantiate", args, { env: lab.env, cwd: workspace.folder });
}

// From now on both find the derivations in the store.
await plain();
const nix: { ms: number; peak: number }[] = [];
const server: { ms: number; peak: number }[] = [];
for (let pair = 0; pair < pairs; pair++) {
  nix.push(await measured(plain));
  server.push(await measured(throughServer));
}
await client.stop();
await lab.stop();
process.stdout.write(
  `${JSON.stringify({
    bench: "evaluate",
    machines,
    pairs,
    nixInstantiateMs: rounded(median(nix.map(({ ms }) => ms))),
    serverMs: rounded(median(server.map(({ ms }) => ms))),
    ratio: rounded(median(server.map(({ ms }, index) => ms / (nix[index]?.ms ?? Number.NaN))), 3),
    capMiB,
    nixInstantiatePeakMiB: rounded(Math.max(...nix.map(({ peak }) => peak))),
    serverPeakMiB: rounded(Math.max(...server.map(({ peak }) => peak))),
  })}\n`,
);
