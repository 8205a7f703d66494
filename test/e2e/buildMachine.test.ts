import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { lens } from "../support/homeWindow.ts";
import { enter, goTo, press, pressUntil, typeCommand } from "../support/keyboard.ts";
import { startLab } from "../support/lab.ts";
import { writeNetwork } from "../support/workspace.ts";
import { installedOn } from "./installedOn.ts";
import { inWindow } from "./inWindow.ts";

// A machine that no builder can build, and what a person does about it, without a mouse.

const text = `{
  network.description = "Home";

  server = { ... }: {
    nixpkgs.hostPlatform = "x86_64-linux";
    deployment.targetHost = "server.home.lan";
  };

  eiffel = { ... }: {
    nixpkgs.hostPlatform = "aarch64-linux";
    deployment.targetHost = "eiffel.home.lan";
  };
}
`;

const lab = await startLab();
const vscode = await installedOn(lab);

const widget = (page: Page) => page.locator(".quick-input-widget:visible");

/** Waits for the step with a question. */
async function question(page: Page, words: string): Promise<void> {
  await widget(page)
    .filter({ hasText: words })
    .or(widget(page).locator(`input[placeholder*="${words}"]`))
    .first()
    .waitFor();
}

test("where no builder can build a machine, the list of what to add leads to an edit that one step undoes", async () => {
  const home = writeNetwork(lab, "fixes", text);
  await inWindow(vscode.host, home, async (page, picture) => {
    await lens(page, "Add Builder...").waitFor();
    await picture("build-machine-1-lens");
    await press(page, "Control+1");
    await goTo(page, 9);
    await press(page, "Home");
    // The actions are there, and the mark of the machine, which would close their menu.
    await page.locator(".squiggly-hint").first().waitFor();
    await page.locator(".lightBulbWidget:visible").first().waitFor();
    await pressUntil(
      page,
      "Control+.",
      page.locator(".action-widget", { hasText: "Add Builder for aarch64-linux..." }),
    );
    await picture("build-machine-2-actions");
    await press(page, "Escape");
    await typeCommand(page, "Morph: Add Builder...");
    await question(page, "Select what to add");
    await picture("build-machine-3-list");
    await page.keyboard.type("on server");
    await enter(page, "server");
    await page.locator(".view-line", { hasText: "boot.binfmt.emulatedSystems" }).waitFor();
    await picture("build-machine-4-inserted");
    await press(page, "Control+z");
    await page.locator(".view-line", { hasText: "boot.binfmt.emulatedSystems" }).waitFor({ state: "detached" });
  });
});

test("a build machine is set up step by step, with a way back, and nothing is written", async () => {
  const home = writeNetwork(lab, "guide", text);
  await inWindow(vscode.host, home, async (page, picture) => {
    await lens(page, "Build server").waitFor();
    await typeCommand(page, "Morph: Set Up a Build Machine...");
    await question(page, "Select the machine");
    await picture("build-machine-5-machine");
    await press(page, "Enter");
    await question(page, "Name or IPv4 address");
    await page.keyboard.type("not a host");
    await question(page, "Enter the name of a host");
    await picture("build-machine-6-refused");
    await press(page, "Control+a");
    await page.keyboard.type("build.home.lan");
    await press(page, "Enter");
    await question(page, "Port of its ssh server");
    await press(page, "Control+Alt+-");
    await question(page, "Name or IPv4 address");
    assert.equal(await widget(page).locator("input").last().inputValue(), "build.home.lan");
    await press(page, "Enter");
    await question(page, "Port of its ssh server");
    await press(page, "Enter");
    await question(page, "Select the systems");
    await picture("build-machine-7-systems");
    await press(page, "Enter");
    await question(page, "Select what it runs");
    await picture("build-machine-8-services");
    await press(page, "Enter");
    await question(page, "Name of the binary cache");
    await press(page, "Enter");
    await question(page, "Name of Hydra");
    await press(page, "Enter");
    await question(page, "Select how nginx");
    await picture("build-machine-9-web");
    await press(page, "Enter");
    await question(page, "Port of nginx");
    await press(page, "Enter");
    await question(page, "keys come from");
    await picture("build-machine-10-keys");
    await press(page, "Enter");
    await question(page, "a client logs in");
    await press(page, "Enter");
    await question(page, "ssh_host_ed25519_key");
    await picture("build-machine-11-host-key");
    await press(page, "Enter");
    await page.locator(".tab", { hasText: "build-machine-client.nix" }).waitFor();
    await page.locator(".tab", { hasText: "Next Steps for build.home.lan" }).waitFor();
    await page.locator(".view-line", { hasText: "boot.binfmt.emulatedSystems" }).waitFor();
    await page.locator(".view-line", { hasText: "Add the names to DNS" }).waitFor();
    await picture("build-machine-12-modules");
    assert.equal(existsSync(path.join(home.folder, "build-machine.nix")), false);
    await press(page, "Control+1");
    await press(page, "Control+s");
    await page.locator(".tab.active:not(.dirty)", { hasText: "build-machine.nix" }).waitFor();
    const saved = readFileSync(path.join(home.folder, "build-machine.nix"), "utf8");
    assert.match(saved, /boot\.binfmt\.emulatedSystems = \[ "aarch64-linux" \];/);
  });
});

test("the keys of a cache are created where the user agrees to, and the secret one is shown nowhere", async () => {
  const home = writeNetwork(lab, "keys", text);
  const folder = path.join(lab.dir, "cache-keys");
  await inWindow(vscode.host, home, async (page, picture) => {
    await lens(page, "Build server").waitFor();
    await typeCommand(page, "Morph: Set Up a Build Machine...");
    const before = [
      "Select the machine",
      "Name or IPv4 address",
      "Port of its ssh",
      "Select the systems",
      "Select what it runs",
    ];
    const services = ["Name of the binary cache", "Name of Hydra", "Select how nginx", "Port of nginx"];
    for (const words of [...before, ...services]) {
      await question(page, words);
      await press(page, "Enter");
    }
    await question(page, "keys come from");
    await page.keyboard.type("here now");
    await press(page, "Enter");
    await question(page, "Folder for the keys");
    await page.keyboard.type(path.join(home.folder, "keys"));
    await question(page, "This folder is in the workspace");
    await press(page, "Control+a");
    await page.keyboard.type(folder);
    await press(page, "Enter");
    for (const words of ["a client logs in", "ssh_host_ed25519_key"]) {
      await question(page, words);
      await press(page, "Enter");
    }
    await page.locator(".monaco-dialog-box", { hasText: "Create the keys of cache.home.lan?" }).waitFor();
    await picture("build-machine-13-keys");
    assert.equal(existsSync(folder), false);
    await press(page, "Enter");
    await page.locator(".tab", { hasText: "Next Steps for server.home.lan" }).waitFor();
    const secret = path.join(folder, "cache.home.lan-1.secret");
    assert.equal(statSync(secret).mode & 0o777, 0o600);
    await press(page, "Control+1");
    await press(page, "Control+s");
    await page.locator(".tab.active:not(.dirty)", { hasText: "build-machine.nix" }).waitFor();
    const saved = readFileSync(path.join(home.folder, "build-machine.nix"), "utf8");
    assert.ok(saved.includes(`source = "${secret}";`));
    assert.equal(saved.includes(readFileSync(secret, "utf8").trim().split(":")[1] ?? ""), false);
  });
});
