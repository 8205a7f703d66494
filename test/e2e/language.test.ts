import assert from "node:assert/strict";
import { test } from "node:test";
import { lens } from "../support/homeWindow.ts";
import { pressUntil } from "../support/keyboard.ts";
import { startLab } from "../support/lab.ts";
import { hoverUntil } from "../support/mouse.ts";
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
      const hover = page.locator(".monaco-hover-content", { hasText: "System" });
      await hoverUntil(name, hover);
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

test("builders that a network declares are explained on hover and checked, with a fix", async () => {
  const network = writeNetwork(
    lab,
    "builders",
    `{
  network.description = "builders";

  pi = { ... }: {
    nixpkgs.hostPlatform = "aarch64-linux";
  };

  web = { ... }: {
    nixpkgs.hostPlatform = "x86_64-linux";
    nix.buildMachines = map (system: {
      hostName = "builder.example.org";
      protocol = "ssh-ng";
      sshUser = "nix";
      inherit system;
      maxJobs = 4;
      supportedFeatures = [ "big-parallel" "kvm" ];
    }) [ "aarch64-linux" "armv7l-linux" ];
  };
}
`,
  );
  await inWindow(vscode.host, network, async (page, picture) => {
    await lens(page, "Build web").waitFor();
    const marked = page.locator(".squiggly-warning").first();
    await marked.waitFor();
    const hover = page.locator(".monaco-hover-content", { hasText: "Build machine" });
    await hoverUntil(page.locator(".view-line span", { hasText: '"builder.example.org"' }).first(), hover);
    const text = (await hover.textContent()) ?? "";
    assert.match(text, /ssh-ng:\/\/nix@builder\.example\.org armv7l-linux - 4 1 big-parallel,kvm - -/);
    assert.match(text, /aarch64-linux: needed by pi/);
    await picture("14-builder-hover-dark");
    await page.keyboard.press("Escape");
    await page
      .locator(".view-line span", { hasText: /^buildMachines$/ })
      .first()
      .click();
    const fix = page.locator(".action-widget .monaco-list-row", { hasText: "Set nix.distributedBuilds = true" });
    await pressUntil(page, "Control+.", fix.first());
    await picture("15-builder-fix-dark");
    await page.keyboard.press("Enter");
    await page.locator(".view-line", { hasText: "nix.distributedBuilds = true;" }).first().waitFor();
    await marked.waitFor({ state: "detached" });
  });
});
