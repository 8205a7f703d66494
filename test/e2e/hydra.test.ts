import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { startCache } from "../support/cache.ts";
import { createRepository, git, publishRepository } from "../support/git.ts";
import {
  clickLens,
  expand,
  type InstalledVsCode,
  lens,
  openMorphViews,
  paneRow,
  startInstalled,
  treeRow,
  widenSideBar,
} from "../support/homeWindow.ts";
import { startHydra, type TestHydra } from "../support/hydra/hydra.ts";
import { morphRepository, nixpkgsRepository } from "../support/hydra/repository.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { until } from "../support/until.ts";
import { runCommand } from "../support/workbench.ts";
import { copyNetwork, type Workspace } from "../support/workspace.ts";
import { inWindow } from "./inWindow.ts";

// The end of the story: Hydra builds eiffel, and what it has built is fetched, signed, from its cache.

const extraPlatforms = ["aarch64-linux", "armv7l-linux"];

let lab: Lab;
let hydra: TestHydra;
let home: Workspace;
let vscode: InstalledVsCode;
const inputs = new Map<string, string>();

/** The version of the server: `MORPH_TEST_HYDRA=2023` chooses the oldest that is supported. The integration tests run both. */
const flavour = process.env.MORPH_TEST_HYDRA === "2023" ? "2023" : "2026";

before(async () => {
  lab = await startLab({ extraPlatforms });
  const cache = await startCache(lab, { name: "hydra.home-1" });
  lab.setConf({ extraPlatforms, substituters: [cache.url], trustedPublicKeys: [cache.publicKey] });
  hydra = await startHydra({ lab, flavour, ownNix: { extraPlatforms }, cache });
  inputs.set("nixpkgs", (await nixpkgsRepository(lab)).input);
  inputs.set("morph", (await morphRepository(lab)).input);
  home = copyNetwork(lab, "home");
  await createRepository(lab, home.folder);
  await publishRepository(lab, home.folder);
  vscode = await startInstalled({ env: lab.env });
});

after(async () => {
  await vscode.stop();
  await lab.stop();
});

/** A browser keeps the login of its own windows. @param isSet whether the workspace has the address of the server already. */
async function connect(page: Page, isSet = false): Promise<void> {
  await runCommand(page, "Morph: Connect to Hydra...");
  if (isSet) await page.locator(".quick-input-list .monaco-list-row", { hasText: "To this server" }).click();
  const box = page.locator(".quick-input-widget");
  for (const [prompt, text] of [
    ["The address", hydra.url],
    ["The user name", "alice"],
    ["The password", "foobar"],
  ] as const) {
    await box.locator(".quick-input-message", { hasText: prompt }).waitFor();
    await box.locator("input").fill(text);
    await page.keyboard.press("Enter");
  }
  await toast(page, "alice").waitFor();
}

/** A row of the Builds view, the newest first. */
function buildRowOf(page: Page, text: string | RegExp): Locator {
  return paneRow(page, "Builds", text);
}

const toast = (page: Page, text: string) => page.locator(".notification-toast", { hasText: text });

async function buildOnHydra(page: Page): Promise<void> {
  await runCommand(page, "Morph: Build on...");
  const rows = page.locator(".quick-input-list .monaco-list-row");
  await rows.filter({ hasText: "eiffel" }).click();
  await rows.filter({ hasText: /jobset morph:eiffel/ }).click();
}

/** What Hydra evaluates is what was pushed. */
async function push(message: string): Promise<void> {
  await git(lab, home.folder, "add", "--all");
  await git(lab, home.folder, "commit", "--quiet", "--message", message);
  await git(lab, home.folder, "push", "--quiet");
}

test("eiffel gets a jobset on Hydra, is built there, and its result is fetched from the cache", async () => {
  await inWindow(vscode.host, home, async (page, picture) => {
    await lens(page, "Build eiffel").waitFor();
    await openMorphViews(page);
    await widenSideBar(page);
    await connect(page);
    await picture("14-connected-dark");
    await runCommand(page, "Notifications: Clear All Notifications");

    await runCommand(page, "Morph: Create Hydra Jobset...");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "eiffel" }).click();
    await page.locator(".view-line", { hasText: "Hydra jobset morph:eiffel" }).waitFor();
    await picture("14-jobset-dark");
    await clickLens(page, "Create Jobset", toast(page, "The jobset morph:eiffel was created."));
    await picture("14-created-dark");
    await push("Let Hydra build eiffel");
    await runCommand(page, "Morph: Evaluate as Hydra Would");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "eiffel" }).click();
    await page.locator(".view-line", { hasText: "eiffel: the same derivation" }).waitFor();
    await picture("14-evaluated-dark");
    await runCommand(page, "Notifications: Clear All Notifications");
    // Here, nixpkgs and Morph come from repositories on this machine.
    const jobset = hydra.database.jobset("morph", "eiffel") ?? assert.fail("there is no jobset");
    assert.deepEqual([jobset.nixexprinput, jobset.nixexprpath], ["network", "hydra/eiffel.nix"]);
    for (const [name, value] of inputs) jobset.inputs.set(name, { name, type: "git", value, emailresponsible: false });

    const evaluations = hydra.hold("evaluations");
    await buildOnHydra(page);
    await buildRowOf(page, "waiting for Hydra's evaluator").waitFor();
    await picture("14-waiting-dark");
    evaluations();
    await buildRowOf(page, /building · \d+ of \d+/).waitFor();
    await expand(buildRowOf(page, "building"));
    await picture("14-building-dark");
    await buildRowOf(page, "succeeded · result on Hydra").waitFor();
    await picture("14-succeeded-dark");
    await treeRow(page, /^hello-.*built/).waitFor();

    await runCommand(page, "Morph: Fetch from Cache");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "eiffel" }).click();
    await buildRowOf(page, /fetched · (\d+) of \1 paths signed/).waitFor();
    await picture("14-fetched-dark");

    await runCommand(page, "Morph: Compare with Hydra");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "eiffel" }).click();
    await page.locator(".view-line", { hasText: "The same as what you would deploy" }).waitFor();
    await picture("14-compared-dark");
  });
});

test("a failure on Hydra shows its reason and the end of its log, and is restarted there", async () => {
  await inWindow(
    vscode.host,
    home,
    async (page, picture) => {
      await lens(page, "Build eiffel").waitFor();
      await openMorphViews(page);
      await widenSideBar(page);
      await connect(page, true);
      await runCommand(page, "Notifications: Clear All Notifications");
      const text = readFileSync(home.file, "utf8");
      writeFileSync(
        home.file,
        text.replace("pkgs.hello", '(pkgs.mkSlow { name = "broken"; seconds = 0.1; fail = true; })'),
      );
      await push("Break eiffel");
      await buildOnHydra(page);
      await buildRowOf(page, /^eiffel.*failed/).waitFor();
      await treeRow(page, /broken failed on Hydra/).click();
      await page.locator(".view-line", { hasText: "undefined reference" }).first().waitFor();
      await picture("14-failed-light");
      await runCommand(page, "Morph: Restart on Hydra");
      await page.locator(".quick-input-list .monaco-list-row", { hasText: "eiffel" }).first().click();
      await until("it was restarted", () => hydra.requests.some(({ path: at }) => /\/restart$/.test(at)) || undefined);
    },
    { colorScheme: "light" },
  );
});
