import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { after } from "node:test";
import type { Page } from "playwright-core";
import { type BrowserOptions, type Chromium, startChromium } from "../support/browser.ts";
import { projectDir } from "../support/fixtures.ts";
import { openWindow } from "../support/homeWindow.ts";
import type { VsCodeHost } from "../support/vscodeHost.ts";
import type { Workspace } from "../support/workspace.ts";

/** The folder of screenshots. */
const out = path.join(projectDir, "test/e2e/out");

let failures = 0;

/** Whether a test of this file has failed in a window. */
export const hasFailed = (): boolean => failures > 0;

/** That of this file's tests: a start takes seconds. */
let chromium: Chromium | undefined;

after(() => chromium?.close());

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
  if (chromium?.isConnected() !== true) chromium = await startChromium();
  const { page, browser } = await openWindow(host, workspace, options, chromium);
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
