import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { startHomeLab } from "../support/homeLab.ts";
import { buildRow, clickLens, lens, openMorphViews, treeRow } from "../support/homeWindow.ts";
import { clickUntil } from "../support/mouse.ts";
import { until } from "../support/until.ts";
import { runCommand } from "../support/workbench.ts";
import { installedOn } from "./installedOn.ts";
import { inWindow } from "./inWindow.ts";

// The timeline of a build: its chart, its table, and what is saved.

const homeLab = await startHomeLab({ pushed: ["eiffel"], attic: true });
const vscode = await installedOn(homeLab.lab);

test("the timeline of a build shows its derivations by builder, and each row of its table opens a log", async () => {
  await inWindow(vscode.host, homeLab.home, async (page, picture) => {
    await lens(page, "Build eiffel").waitFor();
    await openMorphViews(page);
    await clickLens(page, "Build eiffel", buildRow(page, "eiffel"));
    await treeRow(page, /eiffel.*succeeded/).waitFor();
    await runCommand(page, "Morph: Show Timeline");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "eiffel" }).click();
    const content = page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
    await content.locator("#summary", { hasText: "critical path" }).waitFor();
    await content.locator("td", { hasText: "emulated, on the critical path" }).first().waitFor();
    await picture("timeline-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await page.locator(".monaco-workbench.vs").waitFor();
    await picture("timeline-light");
    await page.emulateMedia({ forcedColors: "active" });
    await page.locator(".monaco-workbench.hc-black, .monaco-workbench.hc-light").waitFor();
    await picture("timeline-contrast");
    const file = path.join(homeLab.home.folder, "eiffel-timeline.svg");
    const input = page.locator(".quick-input-widget input").first();
    await clickUntil(content.locator("#save"), input);
    await until("the dialog proposes a file", async () => (await input.inputValue()).endsWith(file) || undefined);
    await page.keyboard.press("Enter");
    const saved = await until("the timeline is saved", () => {
      const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
      return text.endsWith("</svg>\n") ? text : undefined;
    });
    assert.match(saved, /^<svg [\s\S]*<title>eiffel<\/title>/);
    await content.locator("td button").first().click();
    await page.locator(".tab.active", { hasText: ".log" }).waitFor();
  });
});
