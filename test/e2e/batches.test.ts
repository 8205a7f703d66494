import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { expand, lens, openMorphViews, treeRow, widenSideBar } from "../support/homeWindow.ts";
import { startLab } from "../support/lab.ts";
import { clickUntil } from "../support/mouse.ts";
import { runCommand } from "../support/workbench.ts";
import { writeNetwork } from "../support/workspace.ts";
import { installedOn } from "./installedOn.ts";
import { inWindow } from "./inWindow.ts";

// Fifty machines that are built together, of which three fail. Screenshots are in test/e2e/out.

const count = 50;
const broken = new Set([7, 23, 41]);

const names = Array.from({ length: count }, (_, index) => `rack${String(index + 1).padStart(2, "0")}-frankfurt`);

const network = `let
  machine = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [ (pkgs.mkSlow { name = "rack-1.0"; seconds = 6; lines = 3; }) ];
  };
  broken = { ... }: {
    nixpkgs.system = "x86_64-linux";
    networking.hostName = throw "there is no such rack";
  };
in
{
${names.map((name, index) => `  ${name} = ${broken.has(index) ? "broken" : "machine"};`).join("\n")}
}
`;

const lab = await startLab({ maxJobs: 4 });
const fleet = writeNetwork(lab, "fleet", network);
const vscode = await installedOn(lab);

const toast = (page: Page, text: string | RegExp) => page.locator(".notification-toast", { hasText: text });

/** The rows of a level of the Builds view: 1 is that of batches. */
const rows = (page: Page, level: 1 | 2) =>
  page.locator(`.pane:has(.pane-header:has-text("Builds")) .monaco-list-row[aria-level="${level}"]`);

test("fifty machines with three failures are one row and one notification, and Retry Failed builds three", async () => {
  await inWindow(vscode.host, fleet, async (page, picture) => {
    await lens(page, `Build ${names[0]}`).waitFor();
    await openMorphViews(page);
    await runCommand(page, "Morph: Build All Machines");
    await page.locator(".monaco-dialog-box", { hasText: "Build 50 machines?" }).waitFor();
    const running = treeRow(page, /^All machines.*\d+ of 50 · 3 failed/);
    await clickUntil(page.locator(".monaco-dialog-box .monaco-button", { hasText: "Build" }).first(), running);
    await expand(running);
    await rows(page, 2)
      .filter({ hasText: new RegExp(`^${names[7]}.*failed`) })
      .waitFor();
    assert.equal(await rows(page, 1).count(), 1);
    await picture("20-batch-running-dark");
    await widenSideBar(page);
    await picture("20-batch-running-wide");
    const ended = treeRow(page, /^All machines.*3 failed · 47 succeeded/);
    await ended.waitFor({ timeout: 300_000 });
    await toast(page, "All machines: 47 succeeded, 3 failed.").waitFor();
    assert.equal(await toast(page, /./).count(), 1);
    // One mistake, at its line, for the three machines.
    await page.locator('[id="status.problems"]', { hasText: "1" }).waitFor();
    await picture("21-batch-ended-dark");
    await page.emulateMedia({ forcedColors: "active" });
    await page.locator(".monaco-workbench.hc-black").waitFor();
    await picture("21-batch-ended-contrast");
    await page.emulateMedia({ forcedColors: "none" });
    const retry = toast(page, "3 failed").locator(".monaco-button", { hasText: "Retry Failed" });
    await clickUntil(retry, treeRow(page, /^3 machines.*3 failed/));
    await toast(page, "3 machines: 3 failed.").waitFor();
    assert.equal(await rows(page, 1).count(), 2);
    await picture("22-batch-retried-dark");
  });
});

test("another window shows the batch, and its expanded row stays expanded when the window is reloaded", async () => {
  await inWindow(
    vscode.host,
    fleet,
    async (page, picture) => {
      await openMorphViews(page);
      const batch = treeRow(page, /^All machines.*3 failed · 47 succeeded/);
      await batch.waitFor();
      await expand(batch);
      const done = rows(page, 2).filter({ hasText: /^Done\s*47/ });
      await done.waitFor();
      await picture("23-batch-light");
      await Promise.all([page.waitForEvent("load"), runCommand(page, "Developer: Reload Window")]);
      await done.waitFor();
    },
    { colorScheme: "light" },
  );
});
