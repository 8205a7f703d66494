import { buildRow, clickLens, expand, lens, openMorphViews, openWindow, treeRow } from "../support/homeWindow.ts";
import type { VsCodeHost } from "../support/vscodeHost.ts";
import type { Workspace } from "../support/workspace.ts";

/** Builds eiffel with its lens, like a user, and takes a screenshot at the end. */
export async function takePicture(
  host: VsCodeHost,
  home: Workspace,
  file: string,
  colorScheme: "dark" | "light",
): Promise<void> {
  const { page, browser } = await openWindow(host, home, { width: 1440, height: 900, scale: 1.5, colorScheme });
  try {
    await lens(page, "Build eiffel · aarch64-linux · emulated here").waitFor();
    await openMorphViews(page);
    await clickLens(page, "Build eiffel", buildRow(page, "eiffel"));
    const build = treeRow(page, /eiffel.*succeeded/);
    await build.waitFor();
    await expand(build);
    await treeRow(page, /paths signed.*by a trusted key/).waitFor();
    await widenSideBar(page);
    await lens(page, "Build eiffel").waitFor();
    await page.mouse.move(900, 700);
    await page.screenshot({ path: file });
  } catch (error) {
    await page.screenshot({ path: file });
    throw error;
  } finally {
    await browser.stop();
  }
}

/** Widens the side bar, so that long rows can be read. */
async function widenSideBar(page: Awaited<ReturnType<typeof openWindow>>["page"]): Promise<void> {
  const bar = await page.locator(".part.sidebar").boundingBox();
  if (bar === null) return;
  await page.mouse.move(bar.x + bar.width, 450);
  await page.mouse.down();
  await page.mouse.move(bar.x + 520, 450, { steps: 8 });
  await page.mouse.up();
}
