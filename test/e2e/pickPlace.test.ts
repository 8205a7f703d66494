import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { type HomeLab, startHomeLab } from "../support/homeLab.ts";
import { type InstalledVsCode, lens, openMorphViews, startInstalled, treeRow } from "../support/homeWindow.ts";
import { clickActionUntil, clickUntil } from "../support/mouse.ts";
import { until } from "../support/until.ts";
import { runCommand } from "../support/workbench.ts";
import { inWindow } from "./inWindow.ts";

// "Build on..." in the installed extension: what each builder can do, why one cannot, the default, and the build itself.

let homeLab: HomeLab;
let vscode: InstalledVsCode;

before(async () => {
  homeLab = await startHomeLab({ pushed: ["eiffel"], attic: true });
  vscode = await startInstalled({ env: homeLab.lab.env });
});

after(async () => {
  await vscode.stop();
  await homeLab.lab.stop();
});

/** Opens the quick pick for eiffel; returns its rows. */
async function pickFor(page: Page): Promise<Locator> {
  const rows = page.locator(".quick-input-list .monaco-list-row");
  await runCommand(page, "Morph: Build on...");
  await clickUntil(rows.filter({ hasText: "eiffel" }), rows.filter({ hasText: "Any builder" }));
  return rows;
}

test("the builders for eiffel are listed, one that cannot build it says why, another is made its default and builds it", async () => {
  await inWindow(vscode.host, homeLab.home, async (page, picture) => {
    await lens(page, "Build eiffel · aarch64-linux · emulated here").waitFor();
    await openMorphViews(page);
    const rows = await pickFor(page);
    await rows.filter({ hasText: /^This machine.*emulated.*Several times slower; tests may fail\./ }).waitFor();
    await rows.filter({ hasText: /attic.*cannot build aarch64-linux.*attic builds x86_64-linux\./ }).waitFor();
    await picture("pick-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await page.locator(".monaco-workbench.vs").waitFor();
    await picture("pick-light");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.locator(".monaco-workbench.vs-dark").waitFor();
    const toast = page.locator(".notification-toast", { hasText: "attic builds x86_64-linux." });
    await clickUntil(rows.filter({ hasText: "attic" }), toast);
    await picture("pick-refused-dark");
    const here = rows.filter({ hasText: /^This machine/ });
    await clickUntil(toast.getByRole("button", { name: "Choose Another" }), here);
    const isDefault = rows.filter({ hasText: /^This machine.*default for eiffel/ });
    await clickActionUntil(here, "Build eiffel Here by Default", isDefault);
    await picture("pick-default-dark");
    const settings = path.join(vscode.host.userDataDir, "User/settings.json");
    await until(
      "the setting is written",
      () => readFileSync(settings, "utf8").includes('"eiffel": "local"') || undefined,
    );
    await clickUntil(here, treeRow(page, /eiffel.*building · \d+ of \d+/));
    await treeRow(page, /eiffel.*succeeded · (\d+) of \1 paths signed/).waitFor();
    await lens(page, "Build eiffel · aarch64-linux · emulated here").waitFor();
    await picture("pick-built-dark");
  });
});
