import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { buildRow, clickLens, expand, lens, openMorphViews, treeRow } from "../support/homeWindow.ts";
import { startLab } from "../support/lab.ts";
import { clickUntil } from "../support/mouse.ts";
import { writeNetwork } from "../support/workspace.ts";
import { installedOn } from "./installedOn.ts";
import { inWindow } from "./inWindow.ts";

// A log with colours. Screenshots are in test/e2e/out.

/** Terminal output of a compiler, a test runner and a build tool. */
const network = String.raw`{
  gallery = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [ (pkgs.mkDerivation {
      name = "paint-1.0";
      buildPhase = ''
        printf '\033[1m\033[32m   Compiling\033[0m serde v1.0.197\n'
        printf '\033[1m\033[33mwarning\033[0m\033[1m: unused variable: \140x\140\033[0m\n'
        printf ' \033[1m\033[38;5;12m--> \033[0msrc/main.rs:2:9\n'
        printf '\033[1m\033[38;5;9merror[E0425]\033[0m\033[1m: cannot find value \140y\140\033[0m\n'
        printf '[ 50%%] \033[32mBuilding CXX object main.o\033[0m\n'
        printf '\033[1;31mCMake Error: \033[0;2mdim\033[0m \033[3mitalic\033[0m \033[4munderlined\033[0m \033[9mstruck\033[0m\n'
        for code in 0 1 2 3 4 5 6 7; do
          printf '\033[3%sm colour %s \033[9%sm bright \033[0;4%sm on it \033[0m\n' $code $code $code $code
        done
        printf '\033[38;5;208m256 colours\033[0m, \033[38;2;180;80;220mtrue colours\033[0m, \033[7mINVERSE\033[0m, \033[30;43m WARN \033[0m\n'
        printf '\033[35mnot reset\n'
        echo plain
        seq 3000 | sed "s/^/$(printf '\033[36m')line /"
      '';
    }) ];
  };
}
`;

const lab = await startLab();
const vscode = await installedOn(lab);

/** The colour of a text in the log. */
function colourOf(page: Page, text: string): Promise<string> {
  const piece = page.locator(".view-line span span", { hasText: new RegExp(`^\\s*${text}\\s*$`) }).first();
  return piece.evaluate(element => getComputedStyle(element).color);
}

test("a log is shown in its original colours, those of the theme, and its text is plain", async () => {
  await inWindow(vscode.host, writeNetwork(lab, "gallery", network), async (page, picture) => {
    await lens(page, "Build gallery").waitFor();
    await openMorphViews(page);
    await clickLens(page, "Build gallery", buildRow(page, "gallery"));
    const ended = treeRow(page, /gallery.*succeeded/);
    await ended.waitFor();
    await expand(ended);
    await clickUntil(treeRow(page, /^paint-1\.0\s*built/), page.locator(".tab", { hasText: "paint-1.0.log" }));
    await page.locator(".view-line [class*='ced-']", { hasText: "not" }).first().waitFor();
    const dark = await Promise.all(["Compiling", "plain"].map(text => colourOf(page, text)));
    assert.notEqual(dark[0], dark[1]);
    await picture("14-colours-dark");

    await page.emulateMedia({ colorScheme: "light" });
    await page.locator(".monaco-workbench.vs").waitFor();
    const light = await Promise.all(["Compiling", "plain"].map(text => colourOf(page, text)));
    assert.notEqual(light[0], light[1]);
    assert.notEqual(light[0], dark[0]);
    await picture("14-colours-light");
    const shown = await page.locator(".view-lines").last().textContent();
    assert.ok(shown?.includes("Compiling") && !shown.includes("[32m"));

    // Only the visible part is coloured, at any scroll position.
    await page.locator(".view-line", { hasText: "plain" }).last().click();
    await page.keyboard.press("Control+End");
    await page.locator(".view-line [class*='ced-']", { hasText: "3000" }).first().waitFor();
    assert.ok((await page.locator(".view-line [class*='ced-']").count()) < 200);
  });
});
