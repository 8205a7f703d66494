import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import type { BrowserOptions } from "../support/browser.ts";
import { projectDir } from "../support/fixtures.ts";
import { openWindow } from "../support/homeWindow.ts";
import type { VsCodeHost } from "../support/vscodeHost.ts";
import type { Workspace } from "../support/workspace.ts";

/** The folder of screenshots. */
const out = path.join(projectDir, "test/e2e/out");

let failures = 0;

/** Actions in a window. `picture` saves a screenshot. */
type Use = (page: Page, picture: (name: string) => Promise<void>) => Promise<void>;

/** Uses a window; saves a screenshot on failure. The window must not make requests to other hosts. */
export async function inWindow(
  host: VsCodeHost,
  workspace: Pick<Workspace, "folder" | "file">,
  use: Use,
  options?: BrowserOptions,
): Promise<void> {
  mkdirSync(out, { recursive: true });
  const { page, browser } = await openWindow(host, workspace, options);
  const picture = async (name: string) => void (await page.screenshot({ path: path.join(out, `${name}.png`) }));
  try {
    await use(page, picture);
    assert.deepEqual(browser.outside(), []);
  } catch (error) {
    await picture(`failure-${process.pid}-${++failures}`);
    throw error;
  } finally {
    await browser.stop();
  }
}
