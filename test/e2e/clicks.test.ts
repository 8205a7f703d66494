import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { buildRow, clickLens, expand, lens, openMorphViews, treeRow } from "../support/homeWindow.ts";
import { typeCommand } from "../support/keyboard.ts";
import { startLab } from "../support/lab.ts";
import { clickActionUntil, clickUntil, isShown } from "../support/mouse.ts";
import { until } from "../support/until.ts";
import { writeNetwork } from "../support/workspace.ts";
import { installedOn } from "./installedOn.ts";
import { inWindow } from "./inWindow.ts";

// Rows that are clicked while they change: three derivations that print a line every tenth of a second, and many short ones that
// come and go.

const runners = ["ada", "ben", "cleo"] as const;

const network = `{
  marathon = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages =
      map (name: pkgs.mkSlow { name = "\${name}-1.0"; seconds = 900; lines = 9000; }) [ ${runners.map(name => `"${name}"`).join(" ")} ]
      ++ builtins.genList (number: pkgs.mkSlow { name = "sprint\${toString number}-1.0"; seconds = 1; lines = 10; }) 400;
  };
}
`;

const lab = await startLab({ maxJobs: 5 });
const marathon = writeNetwork(lab, "marathon", network);
// A hover would cover the row below the one that the mouse rests on.
const vscode = await installedOn(lab, { settings: { "workbench.hover.delay": 600_000 } });

/** The active editor's tab. */
const activeTab = (page: Page, name: string): Locator =>
  page.locator(".tab.active", { hasText: new RegExp(`^${name}-1\\.0\\.log`) });

const runningRow = (page: Page, name: string): Locator => treeRow(page, new RegExp(`^${name}-1\\.0`));

/** Presses the mouse button for as long as a user does. */
async function press(page: Page, row: Locator): Promise<void> {
  // While the list is refreshed, a row has no position for a moment.
  const box = await until("the row is there", async () => (await row.boundingBox()) ?? undefined);
  await page.mouse.move(box.x + 60, box.y + box.height / 2);
  await page.mouse.down();
  await page.waitForTimeout(40);
  await page.mouse.up();
}

async function closeEditors(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Control+w");
  await activeTab(page, name).waitFor({ state: "detached" });
}

/** How long an effect may take (ms). Only a guard: a click that is lost has none at all. */
const guard = 60_000;

test("each of 230 clicks on running rows and lenses has its effect, also on a row that is selected, and so does Enter", async () => {
  await inWindow(vscode.host, marathon, async (page, picture) => {
    await lens(page, "Build marathon").waitFor();
    await openMorphViews(page);
    await clickLens(page, "Build marathon", buildRow(page, "marathon"));
    const build = treeRow(page, /marathon.*building · \d+ of \d+/);
    await build.waitFor();
    await expand(build);
    for (const name of [...runners, String.raw`sprint\d+`]) await runningRow(page, name).waitFor();

    const lost: string[] = [];
    const expect = async (what: string, effect: Locator) => {
      if (await isShown(effect, guard)) return;
      lost.push(what);
      assert.ok(lost.length < 3, `no effect: ${lost.join(", ")}`);
    };
    for (let click = 0; click < 160; click++) {
      const name = runners[click % runners.length] ?? "";
      await press(page, runningRow(page, name));
      await expect(`${click} on ${name}`, activeTab(page, name));
    }
    await picture("9-clicks-dark");

    // The row of the machine that is built, and its lens, change with each derivation.
    const machine = treeRow(page, /^marathon\s*building \d+\/\d+/);
    const file = page.locator(".tab.active", { hasText: "network.nix" });
    for (let click = 0; click < 20; click++) {
      await press(page, runningRow(page, "ada"));
      await expect(`${click} on ada, before a machine`, activeTab(page, "ada"));
      await press(page, machine);
      await expect(`${click} on the machine`, file);
    }
    // The lens shows the build in its view.
    const explorer = page.locator('.activitybar .action-item:has(> .action-label[aria-label^="Explorer"])').first();
    for (let click = 0; click < 30; click++) {
      await clickUntil(explorer, page.locator(".explorer-folders-view"));
      await build.waitFor({ state: "detached" });
      await press(page, lens(page, "building"));
      await expect(`${click} on the lens`, build);
    }

    await press(page, runningRow(page, "ada"));
    await activeTab(page, "ada").waitFor();
    await closeEditors(page, "ada");
    await press(page, runningRow(page, "ada"));
    await expect("a click on a row that is selected", activeTab(page, "ada"));

    await closeEditors(page, "ada");
    await typeCommand(page, "Focus on Builds View");
    await page.locator(".pane-body .monaco-list:focus-within, .pane-body .monaco-list:focus").first().waitFor();
    await page.keyboard.press("Enter");
    await expect("Enter", activeTab(page, "ada"));

    await clickActionUntil(build, "Cancel Build", treeRow(page, /^marathon\s*cancelled · \d+ of/));
    assert.deepEqual(lost, []);
    assert.equal(await page.locator(".notification-toast", { hasText: "command" }).count(), 0);
  });
});
