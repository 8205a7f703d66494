import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { startHomeLab } from "../support/homeLab.ts";
import { buildRow, clickLens, lens, openMorphViews, startInstalled, treeRow } from "../support/homeWindow.ts";
import { clickInHoverUntil, clickUntil, hoverUntil } from "../support/mouse.ts";
import { writeNetwork } from "../support/workspace.ts";
import { installedOn } from "./installedOn.ts";
import { inWindow } from "./inWindow.ts";

// The status bar item: its states, its hover and its menu; the menus and the play button of a network file.

const homeLab = await startHomeLab({ pushed: ["eiffel"], attic: true });
const vscode = await installedOn(homeLab.lab);

const item = (page: Page) => page.locator('[id="morph-networks.vscode-morph.morph.status"]');
const hoverOf = (page: Page) => page.locator(".monaco-hover", { hasText: "Morph Networks" });

test("it stays when nothing runs, and its hover has versions, builders and links, in a dark and a light window", async () => {
  await inWindow(vscode.host, homeLab.home, async (page, picture) => {
    await lens(page, "emulated here").waitFor();
    const idle = item(page).filter({ hasText: "Morph" });
    for (const [theme, name] of [
      ["light", "vs"],
      ["dark", "vs-dark"],
    ] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.locator(`.monaco-workbench.${name}`).waitFor();
      await hoverUntil(idle, hoverOf(page).filter({ hasText: "Builders" }));
      const text = (await hoverOf(page).textContent()) ?? "";
      assert.match(text, /Nix: \d+\.\d+.* · x86_64-linux/);
      assert.match(text, /aarch64-linux: .*this machine \(emulated\)/);
      await picture(`status-idle-${theme}`);
    }
    const link = hoverOf(page).locator("a", { hasText: "Show Builds" });
    await clickInHoverUntil(idle, link, page.locator(".pane-header", { hasText: "Builds" }));
  });
});

test("while a build runs it shows how far it is, and its hover links to the log", async () => {
  await inWindow(vscode.host, homeLab.home, async (page, picture) => {
    await lens(page, "Build eiffel · aarch64-linux · emulated here").waitFor();
    await openMorphViews(page);
    await clickLens(page, "Build eiffel", buildRow(page, "eiffel"));
    const running = item(page).filter({ hasText: "eiffel" });
    const link = hoverOf(page).locator("a", { hasText: "Show Log" });
    await hoverUntil(running, link);
    await picture("status-running-dark");
    await clickInHoverUntil(running, link, page.locator(".tab.active", { hasText: "eiffel.log" }));
    await treeRow(page, /eiffel.*succeeded/).waitFor();
  });
});

test("a click offers what can be done, and the editor and the explorer have our menus", async () => {
  await inWindow(vscode.host, homeLab.home, async (page, picture) => {
    await lens(page, "Build eiffel").waitFor();
    const entries = page.locator(".quick-input-list .monaco-list-row");
    await clickUntil(item(page), entries.filter({ hasText: "Build Machine..." }));
    await picture("status-menu-dark");
    await page.keyboard.press("Escape");
    await page.locator('.editor-actions .action-label[aria-label^="Build"]').waitFor();
    const menu = page.locator(".monaco-menu");
    const submenu = menu.locator(".action-label", { hasText: "Morph" }).first();
    await clickUntil(page.locator(".view-line", { hasText: "eiffel" }).first(), submenu, { button: "right" });
    await hoverUntil(submenu, menu.locator(".action-label", { hasText: "Show Last Build" }));
    await picture("editor-menu-dark");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Shift+e");
    await clickUntil(
      page.locator(".explorer-folders-view .monaco-list-row", { hasText: "network.nix" }),
      menu.locator(".action-label", { hasText: "Build All Machines" }),
      { button: "right" },
    );
    await picture("explorer-menu-dark");
  });
});

test("without Nix it is red, says what to do on hover, and its menu begins with that", async () => {
  const bin = path.join(homeLab.lab.dir, "no-nix-bin");
  mkdirSync(bin, { recursive: true });
  const lone = writeNetwork(homeLab.lab, "alone", '{ a = { ... }: { nixpkgs.system = "x86_64-linux"; }; }\n');
  const poor = await startInstalled({
    env: homeLab.lab.env,
    settings: {
      "morph.nix.binDir": bin,
      "window.autoDetectColorScheme": false,
      "workbench.colorTheme": "Default High Contrast",
    },
  });
  try {
    await inWindow(poor.host, lone, async (page, picture) => {
      const red = item(page).filter({ has: page.locator(".codicon-error") });
      const link = hoverOf(page).locator("a", { hasText: "Show Actions" });
      await hoverUntil(red, link);
      await picture("status-no-nix-high-contrast");
      const first = page.locator(".quick-input-list .monaco-list-row").first();
      await clickInHoverUntil(red, link, first.filter({ hasText: "Set Nix Directory" }));
      await picture("status-menu-no-nix-high-contrast");
    });
  } finally {
    await poor.stop();
  }
});
