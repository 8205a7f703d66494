import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { type Builder, startBuilder } from "../support/builder.ts";
import {
  expand,
  type InstalledVsCode,
  lens,
  openMorphViews,
  paneRow,
  startInstalled,
  widenSideBar,
} from "../support/homeWindow.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { until } from "../support/until.ts";
import { type Workspace, writeNetwork } from "../support/workspace.ts";
import { inWindow } from "./inWindow.ts";

// The Builders view: a real builder over ssh, many others that cannot be reached, and one that is only declared.

let lab: Lab;
let vscode: InstalledVsCode;
let home: Workspace;
let attic: Builder;
let machines: string;

const row = (page: Page, text: string | RegExp) => paneRow(page, "Builders", text);

before(async () => {
  const extraPlatforms = ["aarch64-linux"];
  lab = await startLab({ extraPlatforms });
  attic = await startBuilder(lab, { name: "attic", systems: ["x86_64-linux"] });
  machines = path.join(lab.dir, "machines");
  const others = Array.from(
    { length: 28 },
    (_, index) =>
      `ssh-ng://builder@production-frankfurt-${String(index + 1).padStart(2, "0")}.builders.example.org aarch64-linux,x86_64-linux - ${index % 5} 1 kvm`,
  );
  fs.writeFileSync(machines, ["# Our builders", attic.machinesLine, ...others, ""].join("\n"));
  lab.setConf({ extraPlatforms, builders: [`@${machines}`], lines: ["substitute = false"] });
  home = writeNetwork(lab, "small", '{\n  one = { ... }: { nixpkgs.system = "x86_64-linux"; };\n}\n');
  vscode = await startInstalled({ env: lab.env });
});

after(async () => {
  await vscode.stop();
  await lab.stop();
});

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
    await row(page, /^attic/).click();
    await row(page, /^attic/)
      .and(page.locator(".selected"))
      .waitFor();
    await page.keyboard.press("Control+c");
    const copied = await until("the line is copied", async () => {
      const text = await page.evaluate(() => navigator.clipboard.readText());
      return text === attic.machinesLine ? text : undefined;
    });
    assert.equal(copied, attic.machinesLine);
    await expand(row(page, /^attic/));
    await row(page, /^Defined in/).click();
    await page.locator(".tab.active", { hasText: "machines" }).waitFor();
    await page.locator(".statusbar-item", { hasText: "Ln 2, Col 1" }).waitFor();
    await widenSideBar(page);
    await picture("32-builders-wide");
  });
});
