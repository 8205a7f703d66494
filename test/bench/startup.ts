// How soon a network shows its lenses, how long activation takes as reported by VS Code, and the download size. Aims: lenses
// below 150 ms after a process is started, activation below 60 ms, code and grammars below 600 kB in a VSIX.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { deflateRawSync } from "node:zlib";
import { makePackage } from "../../scripts/package.mjs";
import { type InstalledVsCode, lens, openWindow, startInstalled } from "../support/homeWindow.ts";
import { startLab } from "../support/lab.ts";
import { LspClient } from "../support/lspClient.ts";
import { dist } from "../support/nixDocument.ts";
import { median, rounded } from "../support/statistics.ts";
import { runCommand } from "../support/workbench.ts";
import { copyNetwork, type Workspace } from "../support/workspace.ts";

/** The first of each warms what the system keeps of files, and does not count. */
const runs = 11;
const vsixBytes = await makePackage();
const lab = await startLab();
const home = copyNetwork(lab, "home");

/** Time from `initialize`, sent to a new process, to the answer with the lenses (ms). */
async function firstLenses(): Promise<number> {
  const started = performance.now();
  const client = await LspClient.start({ env: lab.env, folder: home.folder });
  await client.open(home.uri, readFileSync(home.file, "utf8"));
  const lenses = await client.lenses(home.uri);
  const duration = performance.now() - started;
  if (lenses.length !== 6) throw new Error(`${lenses.length} lenses`);
  await client.stop();
  return duration;
}

/** Milliseconds of activation in a new window, as "Show Running Extensions" has it. */
async function activation({ host }: InstalledVsCode, workspace: Workspace): Promise<number> {
  // The list of extensions draws only the rows that are seen, and what is fast is far down.
  const { page, browser } = await openWindow(host, workspace, { height: 4000 });
  try {
    await lens(page, "Build eiffel").waitFor({ timeout: 60_000 });
    await runCommand(page, "Developer: Show Running Extensions");
    const row = page.locator(".runtime-extensions-editor .monaco-list-row", { hasText: "Morph Networks" });
    const text = await row.locator(".activation-time").textContent();
    const duration = /(\d+)\s*ms/.exec(text ?? "")?.[1];
    if (duration === undefined) throw new Error(`VS Code says "${text}"`);
    return Number(duration);
  } finally {
    await browser.stop();
  }
}

/** What code and grammars take in the VSIX, which is a ZIP. */
function codeBytes(): number {
  const files = [dist, path.resolve(dist, "../syntaxes")].flatMap(folder =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap(entry =>
      entry.isFile() ? [path.join(entry.parentPath, entry.name)] : [],
    ),
  );
  return files.reduce((sum, file) => sum + deflateRawSync(readFileSync(file)).length, 0);
}

const lenses: number[] = [];
for (let run = 0; run < runs; run++) lenses.push(await firstLenses());
const activations: number[] = [];
const installed = await startInstalled({ env: lab.env });
for (let run = 0; run < runs; run++) activations.push(await activation(installed, home));
await installed.stop();
await lab.stop();
process.stdout.write(
  `${JSON.stringify({
    bench: "startup",
    vsixBytes,
    codeBytes: codeBytes(),
    lensesMs: rounded(median(lenses.slice(1))),
    activationMs: rounded(median(activations.slice(1))),
    activationsMs: activations,
  })}\n`,
);
