import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { startBuilder } from "../support/builder.ts";
import { expand, lens, openMorphViews, paneRow, startInstalled, widenSideBar } from "../support/homeWindow.ts";
import { startLab } from "../support/lab.ts";
import { clickActionUntil, clickUntil, hoverUntil } from "../support/mouse.ts";
import { startNixDaemon } from "../support/nixDaemon.ts";
import { until } from "../support/until.ts";
import { writeNetwork } from "../support/workspace.ts";
import { installedOn } from "./installedOn.ts";
import { inWindow } from "./inWindow.ts";

// The Builders view: a real builder over ssh, many others that cannot be reached, and one that is only declared.

/** A NixOS module that declares a builder. */
const declaring = `{ ... }:
{
  nix.distributedBuilds = true;
  nix.buildMachines = [
    { hostName = "builder-arm"; sshUser = "nix"; systems = [ "aarch64-linux" ]; maxJobs = 8; supportedFeatures = [ "big-parallel" ]; }
  ];
}
`;

const row = (page: Page, text: string | RegExp) => paneRow(page, "Builders", text);

const extraPlatforms = ["aarch64-linux"];
const lab = await startLab({ extraPlatforms });
const attic = await startBuilder(lab, { name: "attic", systems: ["x86_64-linux"] });
const machines = path.join(lab.dir, "machines");
const others = Array.from(
  { length: 28 },
  (_, index) =>
    `ssh-ng://builder@production-frankfurt-${String(index + 1).padStart(2, "0")}.builders.example.org aarch64-linux,x86_64-linux - ${index % 5} 1 kvm`,
);
fs.writeFileSync(machines, ["# Our builders", attic.machinesLine, ...others, ""].join("\n"));
lab.setConf({ extraPlatforms, builders: [`@${machines}`], lines: ["substitute = false"] });
const home = writeNetwork(lab, "small", '{\n  one = { ... }: { nixpkgs.system = "x86_64-linux"; };\n}\n');
fs.writeFileSync(path.join(home.folder, "workstation.nix"), declaring);
const vscode = await installedOn(lab);

/** Collapses the other views, so that all builders can be seen. */
async function makeRoom(page: Page): Promise<void> {
  for (const title of ["Machines", "Builds"]) {
    const header = page.locator(".pane-header", { hasText: title });
    await clickUntil(header, header.and(page.locator("[aria-expanded=false]")));
  }
}

test("a builder's systems, slots and definition are below it, its line is copied, and a click opens the line's file", async () => {
  await inWindow(vscode.host, home, async (page, picture) => {
    await lens(page, "Build one").waitFor();
    await openMorphViews(page);
    await expand(row(page, /^This machine/));
    await row(page, /^aarch64-linux/).waitFor();
    await picture("30-builders-dark");
    await row(page, /^This machine/).click();
    await expand(row(page, /^attic/));
    await row(page, /^Slots/).waitFor();
    await picture("31-builders-dark");
    await clickUntil(row(page, /^attic/), row(page, /^attic/).and(page.locator(".selected")));
    await page.keyboard.press("Control+c");
    const copied = await until("the line is copied", async () => {
      const text = await page.evaluate(() => navigator.clipboard.readText());
      return text === attic.machinesLine ? text : undefined;
    });
    assert.equal(copied, attic.machinesLine);
    await expand(row(page, /^attic/));
    await clickUntil(row(page, /^Defined in/), page.locator(".tab.active", { hasText: "machines" }));
    await page.locator(".statusbar-item", { hasText: "Ln 2, Col 1" }).waitFor();
    await widenSideBar(page);
    await picture("32-builders-wide");
  });
});

test("all builders are checked from the view's title, each with its result", async () => {
  await inWindow(
    vscode.host,
    home,
    async (page, picture) => {
      await openMorphViews(page);
      await makeRoom(page);
      await row(page, /^attic/).waitFor();
      const header = page.locator(".pane-header", { hasText: "Builders" });
      await clickActionUntil(header, "Check Builders", row(page, /^\S+\s*checking/));
      await picture("33-builders-checking-dark");
      await row(page, /^This machine\s*checked · just now/).waitFor();
      await row(page, /^attic\s*reachable · just now/).waitFor();
      await row(page, /^production.*28.*unreachable · just now/).waitFor();
      await expand(row(page, /^attic/));
      await row(page, /^x86_64-linux\s*native · proven just now/).waitFor();
      await picture("34-builders-checked-dark");
      const menu = page.locator(".monaco-menu");
      await clickUntil(row(page, /^attic/), menu, { button: "right" });
      for (const entry of ["Check Builder", "Open Builder Definition", "Copy Machine Line"])
        await menu.locator(".action-label", { hasText: entry }).waitFor();
      await picture("34-builders-menu-dark");
      await page.keyboard.press("Escape");
      const problem = row(page, /production-frankfurt-02/);
      await expand(row(page, /^production.*02/));
      await clickUntil(problem, page.locator(".notification-toast", { hasText: "production-frankfurt-02" }));
      await picture("35-builders-problem-dark");
    },
    { height: 1000 },
  );
});

test("builders that are only declared are greyed and last, and a click goes to their line", async () => {
  await inWindow(
    vscode.host,
    home,
    async (page, picture) => {
      await openMorphViews(page);
      await makeRoom(page);
      const group = row(page, /^Declared\s*not in effect here · 1 builder/);
      await expand(group);
      await clickUntil(row(page, /^builder-arm/), row(page, /^builder-arm/).and(page.locator("[aria-expanded=true]")));
      await row(page, /^Defined in/).waitFor();
      await picture("36-builders-declared-light");
      await clickUntil(row(page, /^Defined in/), page.locator(".tab.active", { hasText: "workstation.nix" }));
      await page.emulateMedia({ forcedColors: "active" });
      await page.locator(".monaco-workbench.hc-black, .monaco-workbench.hc-light").waitFor();
      await widenSideBar(page);
      await picture("37-builders-contrast");
    },
    { colorScheme: "light", height: 1000 },
  );
});

test("a daemon that does not trust the user is the first row, and what that means is its hover", async () => {
  const other = await startLab({});
  try {
    other.setConf({ builders: [`@${machines}`], lines: ["trusted-users = nobody"] });
    const daemon = await startNixDaemon(other);
    const limited = await startInstalled({ env: daemon.env });
    try {
      await inWindow(limited.host, home, async (page, picture) => {
        await openMorphViews(page);
        const first = row(page, /^Not trusted by Nix's daemon\s*only its own builders work/);
        await hoverUntil(first, page.locator(".monaco-hover", { hasText: "trusted-users" }));
        await picture("38-builders-untrusted-dark");
      });
    } finally {
      await limited.stop();
    }
  } finally {
    await other.stop();
  }
});
