import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  buildRow,
  clickLens,
  type InstalledVsCode,
  lens,
  openMorphViews,
  openWindow,
  startInstalled,
  treeRow,
} from "../support/homeWindow.ts";
import { type Lab, leftovers, startLab } from "../support/lab.ts";
import { until } from "../support/until.ts";
import { waitForWorkbench } from "../support/workbench.ts";
import { copyNetwork, type Workspace } from "../support/workspace.ts";
import { inWindow } from "./inWindow.ts";

// A build does not depend on a window: windows are reloaded, and two show the same workspace.

let lab: Lab;
let vscode: InstalledVsCode;
let long: Workspace;

before(async () => {
  lab = await startLab();
  long = copyNetwork(lab, "long");
  vscode = await startInstalled({ env: lab.env });
});

after(async () => {
  await vscode.stop();
  await lab.stop();
});

test("a build continues while its window is reloaded, is shown in another one, and is cancelled from there", async () => {
  await inWindow(vscode.host, long, async page => {
    await lens(page, "Build forge").waitFor();
    await openMorphViews(page);
    await clickLens(page, "Build forge", buildRow(page, "forge"));
    const running = /forge\s*building · \d+ of \d+/;
    await treeRow(page, running).waitFor();

    await page.reload();
    await waitForWorkbench(page);
    await treeRow(page, running).waitFor();

    const second = await openWindow(vscode.host, long);
    try {
      await openMorphViews(second.page);
      await treeRow(second.page, running).waitFor();
      // The second window's Build finds the running build: its lens says Cancel.
      const cancel = lens(second.page, "Cancel");
      await cancel.waitFor();
      await clickLens(second.page, "Cancel", treeRow(second.page, /forge\s*cancelled · \d+ of/));
    } finally {
      await second.browser.stop();
    }
    await treeRow(page, /forge\s*cancelled · \d+ of/).waitFor();
    assert.equal(
      await page.locator(".pane-body .monaco-list-row", { hasText: /^forge\s*(cancelled|building) · \d+ of/ }).count(),
      1,
    );
  });
  await until("no process of the build is left", () => {
    const left = leftovers(lab).filter(({ cmdline }) => /supervisor|nix-store|builder\.sh/.test(cmdline));
    return left.length === 0 ? true : undefined;
  });
});
