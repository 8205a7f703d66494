import {
  buildRow,
  clickLens,
  expand,
  lens,
  openMorphViews,
  openWindow,
  paneRow,
  treeRow,
  widenSideBar,
} from "../support/homeWindow.ts";
import type { VsCodeHost } from "../support/vscodeHost.ts";
import { runCommand } from "../support/workbench.ts";
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
    await runCommand(page, "Morph: Check Builders");
    const attic = paneRow(page, "Builders", /^attic\s*reachable · just now/);
    await attic.waitFor();
    await expand(attic);
    await paneRow(page, "Builders", /^x86_64-linux\s*native · proven just now/).waitFor();
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
