import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { startHomeLab } from "../support/homeLab.ts";
import { buildRow, clickLens, expand, lens, openMorphViews, startInstalled, treeRow } from "../support/homeWindow.ts";
import { leftovers } from "../support/lab.ts";
import { clickActionUntil, clickUntil, hoverUntil } from "../support/mouse.ts";
import { until } from "../support/until.ts";
import { runCommand } from "../support/workbench.ts";
import { copyNetwork, writeNetwork } from "../support/workspace.ts";
import { installedOn } from "./installedOn.ts";
import { inWindow } from "./inWindow.ts";

// The packaged extension, installed and used like a user does: real VS Code in Chromium, real Nix, real qemu, a real signed cache.
// Screenshots are in test/e2e/out.

const homeLab = await startHomeLab({ pushed: ["eiffel"], attic: true });
const vscode = await installedOn(homeLab.lab);

/** High enough for the lenses of every machine of `faults`. */
const tall = { height: 1200 };

test("eiffel is built by its lens, followed in the view, and its signatures are shown", async () => {
  await inWindow(vscode.host, homeLab.home, async (page, picture) => {
    await lens(page, "Build eiffel · aarch64-linux · emulated here").waitFor();
    await openMorphViews(page);
    await treeRow(page, /eiffel.*aarch64-linux/).waitFor();
    await picture("1-ready-dark");
    await clickLens(page, "Build eiffel", buildRow(page, "eiffel"));
    const running = treeRow(page, /eiffel.*building · \d+ of \d+/);
    await running.waitFor();
    await expand(running);
    await treeRow(page, /linux-.* must be compiled under emulation, which may take hours/).waitFor();
    const warning = page.locator('[id="morph-networks.vscode-morph.morph.status"] .codicon-warning');
    await warning.waitFor();
    assert.equal(await page.locator(".notification-toast").count(), 0);
    await treeRow(page, /linux-.*buildPhase · \d+ s · emulated/).waitFor();
    await picture("2-running-dark");
    await treeRow(page, /eiffel.*succeeded · (\d+) of \1 paths signed/).waitFor();
    await warning.waitFor({ state: "detached" });
    await treeRow(page, /paths signed.*by a trusted key/).waitFor();
    await lens(page, "Build eiffel").waitFor();
    await picture("3-succeeded-dark");
  });
});

test("in a light theme a new window still lists its build, and a hover on a machine shows its system and which builders can build it", async () => {
  await inWindow(
    vscode.host,
    homeLab.home,
    async (page, picture) => {
      await openMorphViews(page);
      const ended = treeRow(page, /eiffel.*succeeded/);
      await ended.waitFor();
      await expand(ended);
      await treeRow(page, /paths signed.*by a trusted key/).waitFor();
      await lens(page, "emulated here").waitFor();
      await picture("3-succeeded-light");
      const name = page.locator(".view-line span", { hasText: /^eiffel/ }).first();
      const hover = page.locator(".monaco-hover-content", { hasText: "this machine: emulated" });
      await hoverUntil(name, hover);
      assert.match((await hover.textContent()) ?? "", /System aarch64-linux, set on line 29/);
      await picture("4-hover-light");
    },
    { colorScheme: "light" },
  );
});

test("a machine is built on the chosen builder", async () => {
  const { lab } = homeLab;
  const go = path.join(lab.dir, "go-on");
  const attic = writeNetwork(lab, "attic", heldNetwork(go));
  await inWindow(vscode.host, attic, async (page, picture) => {
    await lens(page, "on attic").waitFor();
    await openMorphViews(page);
    await runCommand(page, "Morph: Build on...");
    const choices = page.locator(".quick-input-list .monaco-list-row");
    // Besides the builder, there are the ways to build in its store.
    const attic = choices.filter({ hasText: "attic" }).first();
    await clickUntil(choices.filter({ hasText: "held" }), attic);
    await picture("4-build-on-dark");
    const running = treeRow(page, /held.*building · \d+ of \d+/);
    await clickUntil(attic, running);
    await expand(running);
    await treeRow(page, /^gate-1\.0.*attic/).waitFor();
    await picture("4-building-on-attic-dark");
    await expand(treeRow(page, /^Transfers/));
    await treeRow(page, /(from|to) attic$/).waitFor();
    writeFileSync(go, "");
    await treeRow(page, /held.*succeeded/).waitFor();
    await treeRow(page, /^Transfers\s*\d+ done/).waitFor();
    await picture("4-transfers-dark");
  });
});

/** A network with a machine whose build continues once a file exists, so that assertions in between can take any time. */
function heldNetwork(file: string): string {
  return `{
  held = { ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [
      (derivation {
        name = "gate-1.0";
        system = "x86_64-linux";
        builder = "/bin/sh";
        args = [ "-c" "while ! test -e ${file}; do /bin/sleep 0.1; done; echo > $out" ];
      })
    ];
  };
  other = { ... }: { nixpkgs.system = "x86_64-linux"; };
}
`;
}

test("a derivation that fails comes first, and a click opens its log", async () => {
  const faults = copyNetwork(homeLab.lab, "faults");
  await inWindow(
    vscode.host,
    faults,
    async (page, picture) => {
      await lens(page, "Build brokendep · x86_64-linux · on attic").waitFor();
      await openMorphViews(page);
      await clickLens(page, "Build brokendep", buildRow(page, "brokendep"));
      const failed = treeRow(page, /^brokendep\s*failed · /);
      await failed.waitFor();
      await expand(failed);
      await treeRow(page, /broken-1\.0 failed with exit code 2/).waitFor();
      await clickUntil(treeRow(page, /^broken-1\.0\s*failed · /), page.locator(".tab", { hasText: "broken-1.0.log" }));
      await page.locator(".view-line", { hasText: "undefined reference" }).first().waitFor();
      await picture("5-failed-dark");
    },
    tall,
  );
});

test("a failed build directory is kept on request, and opened in a new window", async () => {
  const scrap = `{ scrap = { pkgs, ... }: { nixpkgs.system = "x86_64-linux"; environment.systemPackages = [ pkgs.broken ]; }; }\n`;
  await inWindow(
    vscode.host,
    writeNetwork(homeLab.lab, "scrapyard", scrap),
    async (page, picture) => {
      await lens(page, "Build scrap").waitFor();
      await openMorphViews(page);
      await runCommand(page, "Morph: Build on...");
      // The cursor is in the machine's line, so only the builder has to be chosen.
      const choices = page.locator(".quick-input-list .monaco-list-row");
      await clickUntil(choices.filter({ hasText: /^This machine/ }), treeRow(page, /^scrap\s*failed · /));
      await expand(treeRow(page, /^scrap\s*failed · /));
      const failure = treeRow(page, /broken-1\.0 failed with exit code 2/);
      const again = choices.filter({ hasText: "Rebuild and Keep Build Directory" });
      await clickActionUntil(failure, "Show Fixes", again);
      await picture("5-what-to-do-dark");
      const ended = page.locator(".pane-body .monaco-list-row", { hasText: /^scrap\s*failed · / });
      await clickUntil(again, ended.nth(1));
      await expand(ended.first());
      const derivation = treeRow(page, /^broken-1\.0\s*failed · /);
      const open = derivation.locator('.action-label[aria-label^="Open Kept Build Directory"]');
      await hoverUntil(derivation, open);
      await picture("5-kept-folder-dark");
      const opened = page.context().waitForEvent("page");
      await open.click();
      assert.match(decodeURIComponent((await opened).url()), /folder=.*nix-build-broken-1\.0\.drv-0/);
    },
    tall,
  );
});

test("a failed evaluation links to its line", async () => {
  const faults = copyNetwork(homeLab.lab, "faults");
  await inWindow(
    vscode.host,
    faults,
    async (page, picture) => {
      await lens(page, "Build undefvar · x86_64-linux · on attic").waitFor();
      await openMorphViews(page);
      await clickLens(page, "Build undefvar", buildRow(page, "undefvar"));
      const failed = treeRow(page, /^undefvar\s*failed · /);
      await failed.waitFor();
      await expand(failed);
      await clickUntil(
        treeRow(page, /attribute 'helo' missing/),
        page.locator(".tab.active", { hasText: "undefvar failed" }),
      );
      await clickUntil(lens(page, "Show network.nix:14"), page.locator(".statusbar-item", { hasText: "Ln 14" }));
      await picture("6-evaluation-error-dark");
    },
    tall,
  );
});

test("a running build is cancelled by its inline action and leaves no process", async () => {
  const long = copyNetwork(homeLab.lab, "long");
  await inWindow(vscode.host, long, async (page, picture) => {
    await lens(page, "Build forge · x86_64-linux · on attic").waitFor();
    await openMorphViews(page);
    await clickLens(page, "Build forge", buildRow(page, "forge"));
    const running = treeRow(page, /forge.*building · [1-9]/);
    await running.waitFor();
    await clickActionUntil(running, "Cancel Build", treeRow(page, /^forge\s*cancelled · \d+ of/));
    await picture("7-cancelled-dark");
    // Making the roots of what was built takes a moment longer than the build.
    await until("no process of the build is left", () =>
      leftovers(homeLab.lab).some(({ cmdline }) => /nix-store|builder\.sh/.test(cmdline)) ? undefined : true,
    );
  });
});

test("a folder without a network explains what a network is", async () => {
  const folder = path.join(homeLab.lab.dir, "networks/empty");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "default.nix");
  writeFileSync(file, "{ }\n");
  await inWindow(vscode.host, { folder, file }, async (page, picture) => {
    await openMorphViews(page);
    await page.locator(".welcome-view-content", { hasText: "No network file was found" }).waitFor();
    await picture("8-no-network-dark");
  });
});

test("an untrusted workspace shows its machines, and a click on Build asks for trust", async () => {
  const restricted = await startInstalled({ env: homeLab.lab.env, trust: true });
  try {
    await inWindow(restricted.host, homeLab.home, async (page, picture) => {
      await lens(page, "Build eiffel · aarch64-linux").waitFor();
      await openMorphViews(page);
      await treeRow(page, /eiffel.*aarch64-linux/).waitFor();
      await page.locator(".welcome-view-content", { hasText: "Trust the workspace to enable builds" }).waitFor();
      await clickLens(page, "Build eiffel", page.locator(".notification-toast", { hasText: "trust" }));
      await page.locator(".notification-toast", { hasText: "trust" }).waitFor();
      await picture("9-untrusted-dark");
    });
  } finally {
    await restricted.stop();
  }
});

test("without Nix the views say so and offer what to do", async () => {
  const bin = path.join(homeLab.lab.dir, "empty-bin");
  mkdirSync(bin, { recursive: true });
  const lone = writeNetwork(homeLab.lab, "lone", '{ a = { ... }: { nixpkgs.system = "x86_64-linux"; }; }\n');
  const poor = await startInstalled({ env: homeLab.lab.env, settings: { "morph.nix.binDir": bin } });
  try {
    await inWindow(poor.host, lone, async (page, picture) => {
      await openMorphViews(page);
      await treeRow(page, /^a\s*x86_64-linux/).waitFor();
      const explanation = page.locator(".welcome-view-content", { hasText: "Nix was not found" });
      await explanation.waitFor();
      await clickLens(page, "Build a", page.locator(".notification-toast", { hasText: "was not found. Install Nix" }));
      assert.ok(await explanation.isVisible());
      await picture("10-no-nix-dark");
    });
  } finally {
    await poor.stop();
  }
});
