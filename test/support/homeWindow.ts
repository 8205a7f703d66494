import type { Locator, Page } from "playwright-core";
import { type Browser, type BrowserOptions, type Chromium, openPage, startBrowser } from "./browser.ts";
import { installPackage } from "./installedPackage.ts";
import { isShown } from "./mouse.ts";
import { untilQuiet } from "./quiet.ts";
import { removeTree, tempFolder } from "./temp.ts";
import { prepare, startVsCode, type VsCodeHost, type VsCodeOptions, workbenchUrl } from "./vscodeHost.ts";
import { waitForWorkbench } from "./workbench.ts";
import type { Workspace } from "./workspace.ts";

/** VS Code with the packaged extension installed. */
export interface InstalledVsCode {
  readonly host: VsCodeHost;
  stop(): Promise<void>;
}

/** The environment is that of a lab: without it, the extension would use the machine's own Nix, which creates folders. */
type InstalledOptions = VsCodeOptions & Required<Pick<VsCodeOptions, "env">>;

/** Installs the packaged extension into a new VS Code and starts it. */
export async function startInstalled(options: InstalledOptions): Promise<InstalledVsCode> {
  const home = tempFolder("code");
  await installPackage(prepare({ home }));
  const host = await startVsCode({ ...options, home });
  return {
    host,
    stop: async () => {
      await host.stop();
      await removeTree(home);
    },
  };
}

/** A window of VS Code in a browser. */
export interface Window {
  readonly page: Page;
  readonly browser: Browser;
}

/** Opens a workspace with its network file shown. @param chromium a running one; its pages share nothing. */
export async function openWindow(
  host: VsCodeHost,
  { folder, file }: Pick<Workspace, "folder"> & { readonly file?: string },
  options?: BrowserOptions,
  chromium?: Chromium,
): Promise<Window> {
  const browser = await (chromium === undefined ? startBrowser(options) : openPage(chromium, options));
  const { page } = browser;
  await page.goto(workbenchUrl(host, { folder, ...(file !== undefined && { file }) }));
  await waitForWorkbench(page);
  return { page, browser };
}

/** The lens whose title begins with `title`. */
export function lens(page: Page, title: string): Locator {
  // After a new layout, an editor may still contain the previous widget, which is not visible.
  return page.locator(".codelens-decoration a:visible", { hasText: title }).first();
}

/**
 * Clicks a lens as a user does: once the lenses are no longer redrawn, and again if the editor, busy with its layout, has
 * dropped the click. A second click on Build only finds the running build.
 *
 * @param effect resolves when the click had its effect.
 */
export async function clickLens(page: Page, title: string, effect: Locator): Promise<void> {
  for (let clicks = 0; clicks < 5; clicks++) {
    if (!(await isShown(effect, 0))) await untilLink(page, title);
    if (await lens(page, title).isVisible()) {
      await lens(page, title).hover();
      await untilQuiet(page.locator(".monaco-editor").first(), ".codelens-decoration");
      await page.mouse.down();
      await page.mouse.up();
    }
    if (await isShown(effect, 30_000)) return;
  }
  throw new Error(`Clicks on "${title}" have no effect.`);
}

/**
 * Waits until a lens can be clicked. An editor that loses its focus while it is about to ask for lenses does not ask, and shows those
 * of before as mere text, until it has the focus again: a person's first click brings that.
 */
async function untilLink(page: Page, title: string): Promise<void> {
  if (await isShown(lens(page, title), 10_000)) return;
  await page.locator(".monaco-editor .view-line").first().click();
  if (await isShown(lens(page, title), 60_000)) return;
  const lenses = await page.locator(".codelens-decoration").allInnerTexts();
  throw new Error(`No lens "${title}" can be clicked. There is: ${lenses.join("; ")}`);
}

/** The row of a machine's build. */
export function buildRow(page: Page, machine: string): Locator {
  const pane = page.locator(".pane", { has: page.locator(".pane-header", { hasText: "Builds" }) });
  const text = new RegExp(`^${machine}\\s*(evaluating|queued|building|checking|succeeded|failed|cancelled)`);
  return pane.locator(".monaco-list-row", { hasText: text }).first();
}

/** Opens the extension's view container. */
export async function openMorphViews(page: Page): Promise<void> {
  // Not its label, which the badge covers while something is built.
  await page.locator('.activitybar .action-item:has(> .action-label[aria-label^="Morph"])').first().click();
  await page.locator(".pane-header", { hasText: "Builds" }).waitFor();
  // The editor is laid out again beside the views, which are ready when they show something.
  await page.locator(".pane-body .monaco-list-row, .welcome-view-content").last().waitFor();
  // Its hover would cover rows.
  await page.mouse.move(900, 700);
}

/** A row of one of the extension's trees. */
export function treeRow(page: Page, text: string | RegExp): Locator {
  return page.locator(".pane-body .monaco-list-row", { hasText: text }).first();
}

/** A row of one of the extension's trees, by the title of its view. */
export function paneRow(page: Page, view: string, text: string | RegExp): Locator {
  const pane = page.locator(".pane", { has: page.locator(".pane-header", { hasText: view }) });
  return pane.locator(".monaco-list-row", { hasText: text }).first();
}

/** Widens the side bar, which is 300 pixels wide at first, so that long rows can be read. */
export async function widenSideBar(page: Page, width = 520): Promise<void> {
  const bar = await page.locator(".part.sidebar").boundingBox();
  if (bar === null) throw new Error("There is no side bar.");
  await page.mouse.move(bar.x + bar.width, 450);
  await page.mouse.down();
  await page.mouse.move(bar.x + width, 450, { steps: 8 });
  await page.mouse.up();
}

/** Opens a row of a tree, clicking again if the tree, busy with what moved, has dropped the click. */
export async function expand(row: Locator): Promise<void> {
  for (let clicks = 0; clicks < 5; clicks++) {
    if ((await row.getAttribute("aria-expanded")) !== "false") return;
    await row.locator(".monaco-tl-twistie").click();
    if (await isShown(row.and(row.page().locator("[aria-expanded=true]")), 30_000)) return;
  }
  throw new Error(`This row does not open: ${row}`);
}
