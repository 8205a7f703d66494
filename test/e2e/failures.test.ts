import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { buildRow, clickLens, expand, lens, openMorphViews, treeRow } from "../support/homeWindow.ts";
import { startLab } from "../support/lab.ts";
import { clickUntil } from "../support/mouse.ts";
import { runCommand } from "../support/workbench.ts";
import { writeNetwork } from "../support/workspace.ts";
import { installedOn } from "./installedOn.ts";
import { inWindow } from "./inWindow.ts";

// From "it failed" to the line of the log and to the place in the text. Screenshots are in test/e2e/out.

const network = `{
  compiler = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [ (pkgs.mkDerivation {
      name = "paint-1.0";
      buildPhase = ''
        seq 300 | sed 's/^/compiling part /'
        echo "src/main.c:42:7: error: unknown type name 'colour_t'"
        echo "   42 |       colour_t background;"
        echo "make: *** [Makefile:12: main.o] Error 1"
        exit 2
      '';
    }) ];
  };

  misspelt = { ... }: {
    nixpkgs.system = "x86_64-linux";
    networking.hostNam = "misspelt";
  };
}
`;

const lab = await startLab();
const vscode = await installedOn(lab);

const selectedText = (page: Page) =>
  page.locator(".monaco-editor.focused .view-line", { hasText: "colour_t'" }).first();

test("a failed build leads to the line of its log by one click: from its notification, its page and its row", async () => {
  await inWindow(vscode.host, writeNetwork(lab, "failures", network), async (page, picture) => {
    await openMorphViews(page);
    await clickLens(page, "Build compiler", buildRow(page, "compiler"));
    const failed = treeRow(page, /compiler.*failed/);
    await failed.waitFor();
    const toast = page.locator(".notification-toast", { hasText: "unknown type name" });
    await toast.waitFor();
    const buttons = toast.locator(".monaco-button");
    assert.equal((await buttons.first().textContent())?.trim(), "Show Log");
    await picture("failure-1-notification-dark");
    await clickUntil(buttons.first(), page.locator(".tab", { hasText: "compiler.log" }));
    await selectedText(page).waitFor();
    await picture("failure-2-log-dark");

    await expand(failed);
    await clickUntil(
      treeRow(page, /paint-1\.0 failed with exit code 2/),
      page.locator(".tab.active", { hasText: "compiler failed" }),
    );
    await lens(page, "Show Log").waitFor();
    await picture("failure-3-page-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await page.locator(".monaco-workbench.vs").waitFor();
    await picture("failure-3-page-light");
    await page.emulateMedia({ colorScheme: "dark", forcedColors: "active" });
    await page.locator(".monaco-workbench.hc-black").waitFor();
    await picture("failure-3-page-contrast");

    // By keyboard: the first action is Show Log.
    await page.locator(".view-line", { hasText: "compiler: build failed" }).click();
    await page.keyboard.press("Control+Home");
    for (let line = 0; line < 5; line++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.locator(".tab.active", { hasText: "compiler.log" }).waitFor();
    await selectedText(page).waitFor();
  });
});

test("a failed evaluation is in Problems at its place, its message leads there, and it is gone with an edit there", async () => {
  await inWindow(vscode.host, writeNetwork(lab, "problems", network), async (page, picture) => {
    await openMorphViews(page);
    await runCommand(page, "Evaluate All Machines");
    const problem = page.locator(".markers-panel .monaco-list-row", { hasText: "hostNam' does not exist" });
    const show = page.locator(".notification-toast .monaco-button", { hasText: "Show Problems" });
    await clickUntil(show.first(), problem.first());
    await picture("failure-4-problems-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await page.locator(".monaco-workbench.vs").waitFor();
    await picture("failure-4-problems-light");
    await page.emulateMedia({ colorScheme: "dark", forcedColors: "active" });
    await page.locator(".monaco-workbench.hc-black").waitFor();
    await picture("failure-4-problems-contrast");
    await page.setViewportSize({ width: 640, height: 800 });
    await picture("failure-4-problems-narrow");
    await problem.first().dblclick();
    await page.locator(".monaco-editor.focused").waitFor();
    await page.keyboard.type("x");
    await problem.first().waitFor({ state: "detached" });
  });
});
