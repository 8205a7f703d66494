import type { Page } from "playwright-core";

/** Waits until VS Code's window is there. */
export async function waitForWorkbench(page: Page): Promise<void> {
  await page.locator(".monaco-workbench .part.statusbar").waitFor();
}

/**
 * Runs a command by its title in the command palette, as a user does. The extension that provides it may still be
 * starting: the palette is opened again until it has the command.
 */
export async function runCommand(page: Page, title: string, timeout = 60_000): Promise<void> {
  const input = page.locator(".quick-input-widget input");
  const row = page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
  const end = Date.now() + timeout;
  for (;;) {
    await page.keyboard.press("F1");
    await input.waitFor();
    await input.fill(`>${title}`);
    const isThere = await row.waitFor({ timeout: 2_000 }).then(
      () => true,
      () => false,
    );
    // What is shown a moment later may close the palette before the click.
    const isClicked =
      isThere &&
      (await row
        .click({ timeout: 10_000 })
        .then(() => true)
        .catch(() => false));
    if (isClicked) return;
    if (Date.now() > end) throw new Error(`The command palette has no "${title}".`);
    await page.keyboard.press("Escape");
  }
}
