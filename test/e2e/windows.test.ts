import assert from "node:assert/strict";
import { test } from "node:test";
import { buildRow, clickLens, lens, openMorphViews, openWindow, treeRow } from "../support/homeWindow.ts";
import { leftovers, startLab } from "../support/lab.ts";
import { until } from "../support/until.ts";
import { waitForWorkbench } from "../support/workbench.ts";
import { copyNetwork } from "../support/workspace.ts";
import { installedOn } from "./installedOn.ts";
import { inWindow } from "./inWindow.ts";

// A build does not depend on a window: windows are reloaded, and two show the same workspace.

const lab = await startLab();
const long = copyNetwork(lab, "long");
const vscode = await installedOn(lab);

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
