import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { startHomeLab } from "../support/homeLab.ts";
import { buildRow, lens } from "../support/homeWindow.ts";
import { goTo, press } from "../support/keyboard.ts";
import { writeNetwork } from "../support/workspace.ts";
import { installedOn } from "./installedOn.ts";
import { inWindow } from "./inWindow.ts";

// What a person without a mouse does. No test here clicks, hovers or scrolls.

const text = `{
  network.description = "Small";

  one = { ... }: {
    nixpkgs.system = "x86_64-linux";
    deployment.targetHost = "one.example.com";
  };

  two = { ... }: { nixpkgs.system = "x86_64-linux"; };
}
`;

const homeLab = await startHomeLab({ pushed: [] });
const vscode = await installedOn(homeLab.lab);

const rows = (page: Page, machine: string) => page.locator(".pane-body .monaco-list-row", { hasText: `${machine}` });

test("a machine is built, its log read and its build removed without a mouse", async () => {
  const small = writeNetwork(homeLab.lab, "small", text);
  await inWindow(vscode.host, small, async (page, picture) => {
    await lens(page, "Build one").waitFor();
    await press(page, "Control+1");
    await goTo(page, 6);
    await press(page, "Control+Alt+m b");
    // The Builds view opens by itself.
    await page.locator(".statusbar-item", { hasText: "one" }).or(buildRow(page, "one")).first().waitFor();
    await press(page, "Control+1");
    await goTo(page, 6);
    await press(page, "Control+Alt+m s");
    await buildRow(page, "one").and(page.locator(".focused.selected")).waitFor();
    await page.locator(".pane-body .monaco-list-row", { hasText: /one.*succeeded/ }).waitFor();
    await picture("keyboard-1-last-build");
    await press(page, "Control+1");
    await goTo(page, 6);
    await press(page, "Control+Alt+m l");
    await page.locator(".tab.active", { hasText: "one.log" }).waitFor();
    await picture("keyboard-2-log");
    await press(page, "Control+Alt+-");
    await page.locator(".tab.active", { hasText: "network.nix" }).waitFor();
    await lens(page, "Build two").waitFor();
    await goTo(page, 9);
    await press(page, "Control+Alt+m b");
    await page.locator(".pane-body .monaco-list-row", { hasText: /two.*succeeded/ }).waitFor();
    await press(page, "Control+1");
    await goTo(page, 9);
    await press(page, "Control+Alt+m s");
    await buildRow(page, "two").and(page.locator(".focused.selected[aria-expanded=true]")).waitFor();
    // Collapsed, so that the next row is the other build.
    await press(page, "ArrowLeft");
    await buildRow(page, "two").and(page.locator("[aria-expanded=false]")).waitFor();
    await press(page, "Shift+ArrowDown");
    await buildRow(page, "one").and(page.locator(".focused.selected")).waitFor();
    await picture("keyboard-3-selected");
    await press(page, "Delete");
    const dialog = page.locator(".monaco-dialog-box", { hasText: "Remove 2 builds?" });
    await dialog.waitFor();
    await picture("keyboard-4-confirmation");
    await press(page, "Enter");
    await dialog.waitFor({ state: "detached" });
    await page.locator(".welcome-view-content", { hasText: "Nothing has been built yet" }).waitFor();
    assert.equal(await rows(page, "succeeded").count(), 0);
  });
});
