import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { exportTexts } from "../../scripts/l10n.mjs";
import { projectDir } from "../support/fixtures.ts";
import { clickLens, expand, lens, openMorphViews, treeRow } from "../support/homeWindow.ts";
import { startLab } from "../support/lab.ts";
import { pseudoBundle } from "../support/pseudo.ts";
import { writeNetwork } from "../support/workspace.ts";
import { installedOn } from "./installedOn.ts";
import { inWindow } from "./inWindow.ts";

// VS Code in a language of our own, as with a language pack: the packaged extension finds its translation, and so does its server.

const language = "qps-ploc";

const lab = await startLab();
const vscode = await installedOn(lab);
const installed = fs.readdirSync(vscode.host.extensionsDir).find(name => name.includes("vscode-morph"));
const folder = path.join(vscode.host.extensionsDir, installed ?? "");
const write = (file: string, texts: object) => fs.writeFileSync(path.join(folder, file), JSON.stringify(texts));
write(`dist/l10n/bundle.l10n.${language}.json`, pseudoBundle(await exportTexts()));
const manifest: Record<string, string> = JSON.parse(fs.readFileSync(path.join(projectDir, "package.nls.json"), "utf8"));
const translated = Object.entries(manifest).map(([key, text]) => [key, Object.values(pseudoBundle({ [text]: "" }))[0]]);
write(`package.nls.${language}.json`, Object.fromEntries(translated));

test("client and server speak the language that VS Code is in, and what they show can be used", async () => {
  const text = `{
  scrap = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [ pkgs.broken ];
  };
}
`;
  await inWindow(
    vscode.host,
    writeNetwork(lab, "scrapyard", text),
    async (page, picture) => {
      await lens(page, "[!! Build scrap").waitFor();
      await openMorphViews(page);
      await treeRow(page, /network\.nix\s*\[!! 1 machine~+ !!\]/).waitFor();
      // The row of the build: the machine has one, too.
      await clickLens(page, "[!! Build scrap", treeRow(page, /^scrap\s*\[!! (?:queued|evaluating|building|failed)/));
      const failed = treeRow(page, /^scrap\s*\[!! failed~+ !!\]/);
      await failed.waitFor();
      await expand(failed);
      await treeRow(page, /\[!! broken-1\.0 failed with exit code 2~+ !!\]/).waitFor();
      const toast = page.locator(".notification-toast", { hasText: "broken-1.0 failed" });
      await toast.locator(".monaco-button", { hasText: "[!! Show Log~~~ !!]" }).waitFor();
      await page.locator(".pane-header", { hasText: "[!! Builds" }).waitFor();
      await picture("12-translated-dark");
      await assertNothingCovered(page);
    },
    { language, width: 1400 },
  );
});

/** Each button of a message is inside of it, and each row of the views has its icon and a part of its label. */
async function assertNothingCovered(page: Page): Promise<void> {
  const toast = await page.locator(".notification-toast").first().boundingBox();
  assert.ok(toast);
  for (const button of await page.locator(".notification-toast .monaco-button").all()) {
    const box = await button.boundingBox();
    assert.ok(box !== null && box.x >= toast.x && box.x + box.width <= toast.x + toast.width + 1);
  }
  for (const row of await page.locator(".pane-body .monaco-list-row .label-name").all())
    assert.ok(((await row.boundingBox())?.width ?? 0) > 20, (await row.textContent()) ?? "");
}
