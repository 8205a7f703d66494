import assert from "node:assert/strict";
import { test } from "node:test";
import { lens } from "../support/homeWindow.ts";
import { startLab } from "../support/lab.ts";
import { copyNetwork, writeNetwork } from "../support/workspace.ts";
import { installedOn } from "./installedOn.ts";
import { inWindow } from "./inWindow.ts";

// The language features as a user sees them in real VS Code.

const lab = await startLab({ extraPlatforms: ["aarch64-linux", "armv7l-linux"] });
const vscode = await installedOn(lab);

test("lenses, inlay hints and hovers show systems that are set in imports, helpers and defaults", async () => {
  await inWindow(
    vscode.host,
    copyNetwork(lab, "shapes"),
    async (page, picture) => {
      await lens(page, "Build db · aarch64-linux · ").waitFor();
      await lens(page, "Build rack1 · x86_64-linux · ").waitFor();
      const name = page.locator(".view-line span", { hasText: /^db$/ }).first();
      await name.hover();
      const hover = page.locator(".monaco-hover-content", { hasText: "System" });
      await hover.waitFor();
      assert.match((await hover.textContent()) ?? "", /System aarch64-linux, set in hardware\.nix, line 1/);
      await picture("11-shapes-hover-dark");
    },
    { height: 1400 },
  );
});

test("problems are underlined and have fixes, and completion offers Morph's options", async () => {
  const network = writeNetwork(
    lab,
    "problems",
    `{
  network.pkgs = import <nixpkgs> { };
  network.descripton = "typo";

  web.example.org = { };

  eiffel = { ... }: {
    nixpkgs.system = "aarch64-linux";
    deployment.targetHst = "eiffel";
    
  };

  pi = { ... }: {
    imports = [ ./gone.nix ];
    nixpkgs.hostPlatform = "arm64-linux";
  };
}
`,
  );
  await inWindow(vscode.host, network, async (page, picture) => {
    await lens(page, "Build eiffel").waitFor();
    await page.locator(".squiggly-warning, .squiggly-error").first().waitFor();
    await page.keyboard.press("Control+Shift+M");
    await page.locator(".markers-panel .monaco-list-row", { hasText: "targetHst" }).first().waitFor();
    await picture("12-problems-dark");
    await page.locator(".view-line").nth(9).click();
    await page.keyboard.press("End");
    await page.keyboard.type("deployment.ta", { delay: 30 });
    await page.locator(".suggest-widget .monaco-list-row", { hasText: "targetHost" }).first().waitFor();
    await picture("13-completion-dark");
  });
});
