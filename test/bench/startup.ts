// How soon a network shows its lenses, how long activation takes as VS Code reports it, and what is downloaded. Aims: lenses below
// 400 ms after `initialize`, activation below 100 ms, a VSIX below 1.5 MB.
import { readFileSync } from "node:fs";
import { makePackage } from "../../scripts/package.mjs";
import { lens, openWindow, startInstalled } from "../support/homeWindow.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { LspClient } from "../support/lspClient.ts";
import { median, rounded } from "../support/statistics.ts";
import { runCommand } from "../support/workbench.ts";
import { copyNetwork, type Workspace } from "../support/workspace.ts";

const runs = 7;
const vsixBytes = await makePackage();
const lab = await startLab();
const home = copyNetwork(lab, "home");

/** Milliseconds from `initialize`, sent to a process that was just started, to the answer with the lenses. */
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

/** Milliseconds of activation, as "Show Running Extensions" has it. */
async function activation({ env }: Lab, workspace: Workspace): Promise<number> {
  const { host, stop } = await startInstalled({ env });
  const { page, browser } = await openWindow(host, workspace);
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
    await stop();
  }
}

const lenses: number[] = [];
for (let run = 0; run < runs; run++) lenses.push(await firstLenses());
const activations: number[] = [];
for (let run = 0; run < 3; run++) activations.push(await activation(lab, home));
await lab.stop();
process.stdout.write(
  `${JSON.stringify({
    bench: "startup",
    vsixBytes,
    initializeToLensesMs: rounded(median(lenses)),
    activationMs: rounded(median(activations)),
  })}\n`,
);
