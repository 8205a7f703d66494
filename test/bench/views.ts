// What the extension costs while it shows builds, in a real VS Code: 200 machines, 46 builds that have ended, and 4 that run, one of
// them expanded. The same window is measured before they run and while they run; the difference counts. Aims: below 5 ms of
// processor time in the extension host per second, and below 20 kB per second from it to the window.
// Argument: duration of each measurement (s).

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import { makePackage } from "../../scripts/package.mjs";
import { finalStates } from "../../server/src/protocol.ts";
import { startBrowser } from "../support/browser.ts";
import { projectDir } from "../support/fixtures.ts";
import { buildRow, expand, openMorphViews, startInstalled, treeRow } from "../support/homeWindow.ts";
import { startLab } from "../support/lab.ts";
import type { LspClient } from "../support/lspClient.ts";
import { rounded } from "../support/statistics.ts";
import { workbenchUrl } from "../support/vscodeHost.ts";
import { waitForWorkbench } from "../support/workbench.ts";
import { trustedClient, writeNetwork } from "../support/workspace.ts";

const machines = 200;
const ended = 46;
const running = 4;
const seconds = Number(process.argv[2] ?? 30);

/** What VS Code does after something new has appeared is over by then (ms). */
const settling = 8000;

const { publisher, name } = JSON.parse(readFileSync(path.join(projectDir, "package.json"), "utf8"));
const extensionId = `${publisher}.${name}`.toLowerCase();

/** A running machine builds one derivation after the other, each with some lines of log. */
const network = `let
  step = pkgs: machine: number: pkgs.mkSlow { name = "step-\${machine}-\${toString number}"; seconds = 1; lines = 5; };
  slow = machine: { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = builtins.genList (step pkgs machine) 300;
  };
in
{
${Array.from({ length: running }, (_, index) => `  slow${index} = slow "${index}";`).join("\n")}
${Array.from({ length: machines - running }, (_, index) => `  machine${index} = { ... }: { nixpkgs.system = "x86_64-linux"; deployment.tags = [ "tag${index % 9}" ]; };`).join("\n")}
}
`;

const lab = await startLab();
const workspace = writeNetwork(lab, "views", network);

/** Starts each build alone: those of a batch would be hidden in its row. */
async function start(client: LspClient, names: readonly string[]): Promise<readonly string[]> {
  const params = names.map(machine => ({ uri: workspace.uri, machine }));
  return Promise.all(params.map(async each => (await client.request("morph/build", each)).id));
}

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}${index}`);

/** The extension host's process. Its environment has the folder of the lab, which no other VS Code has. */
function extensionHost(): number {
  const found = readdirSync("/proc").find(pid => /^\d+$/.test(pid) && isExtensionHost(pid));
  if (found === undefined) throw new Error("VS Code has no extension host");
  return Number(found);
}

function isExtensionHost(pid: string): boolean {
  try {
    const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, "utf8");
    return read("cmdline").includes("--type=extensionHost") && read("environ").includes(lab.dir);
  } catch {
    // The process has ended in the meantime, or belongs to another user.
    return false;
  }
}

/** Processor time of a process so far (ms). The kernel counts in hundredths of a second. */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

interface Cost {
  /** Processor time of the extension host per second (ms). */
  readonly msPerSecond: number;
  /** Bytes from VS Code's server to the window per second. */
  readonly bytesPerSecond: number;
}

async function cost(pid: number, received: () => number): Promise<Cost> {
  const [time, bytes, start] = [processorTime(pid), received(), performance.now()];
  await pause(seconds * 1000);
  const passed = (performance.now() - start) / 1000;
  return {
    msPerSecond: (processorTime(pid) - time) / passed,
    bytesPerSecond: (received() - bytes) / passed,
  };
}

/** Counts what the window receives over its connections. */
function countReceived(page: Page): () => number {
  let bytes = 0;
  page.on("websocket", socket => {
    socket.on("framereceived", ({ payload }) => {
      bytes += payload.length;
    });
  });
  return () => bytes;
}

await makePackage();
const vscode = await startInstalled({ env: lab.env, settings: { "morph.maxBuilds": running } });
const { host } = vscode;
const storageDir = path.join(host.userDataDir, "User/globalStorage", extensionId);
const client = await trustedClient(lab, workspace, { storageDir, settings: { maxBuilds: running } });
for (const id of await start(client, numbered("machine", ended)))
  await client.build(id, ({ state }) => finalStates.has(state));
const browser = await startBrowser();
const { page } = browser;
const received = countReceived(page);
await page.goto(workbenchUrl(host, workspace));
await waitForWorkbench(page);
await openMorphViews(page);
await treeRow(page, /^machine\d+\s*succeeded · /).waitFor();
const pid = extensionHost();
await pause(settling);
const idle = await cost(pid, received);
const ids = await start(client, numbered("slow", running));
for (const id of ids) await client.build(id, ({ progress }) => progress.running > 0);
await expand(buildRow(page, "slow0"));
await pause(settling);
const busy = await cost(pid, received);
for (const id of ids) await client.request("morph/cancel", { id });
for (const id of ids) await client.build(id, ({ state }) => finalStates.has(state));
await client.stop();
await browser.stop();
await vscode.stop();
await lab.stop();
process.stdout.write(
  `${JSON.stringify({
    bench: "views",
    machines,
    builds: ended + running,
    running,
    seconds,
    msPerSecond: rounded(busy.msPerSecond - idle.msPerSecond),
    bytesPerSecond: Math.round(busy.bytesPerSecond - idle.bytesPerSecond),
    idle: { msPerSecond: rounded(idle.msPerSecond), bytesPerSecond: Math.round(idle.bytesPerSecond) },
  })}\n`,
);
