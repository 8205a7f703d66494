import type { Locator, Page } from "playwright-core";
import { actUntil } from "./mouse.ts";

// What a person does without a mouse: they press a key once they see what it will do.

/** Presses keys one after the other, such as `Control+Alt+m b`. */
export async function press(page: Page, keys: string): Promise<void> {
  for (const key of keys.split(" ")) await page.keyboard.press(key);
}

/** Presses a key until its effect can be seen: a window that is busy with other things may miss it. Only for what may be done twice. */
export async function pressUntil(page: Page, key: string, effect: Locator): Promise<void> {
  await actUntil(effect, () => press(page, key));
}

/** Presses Enter once it takes the entry with this text: entries come, and are filtered, a moment after a list is shown. */
export async function enter(page: Page, entry: string | RegExp): Promise<void> {
  await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: entry }).first().waitFor();
  await press(page, "Enter");
}

/** Runs a command by its title in the command palette. */
export async function typeCommand(page: Page, title: string): Promise<void> {
  await openInput(page, "F1");
  await page.keyboard.type(title);
  await enter(page, title);
}

/** Moves the cursor to a line and column (from 1), as with Go to Line. */
export async function goTo(page: Page, line: number, column = 1): Promise<void> {
  await openInput(page, "Control+g");
  await page.keyboard.type(`${line}:${column}`);
  await press(page, "Enter");
  await page.locator(".statusbar-item", { hasText: `Ln ${line}, Col ${column}` }).waitFor();
}

/** Opens a file of the workspace by its name. */
export async function openFile(page: Page, name: string): Promise<void> {
  await openInput(page, "Control+p");
  await page.keyboard.type(name);
  await enter(page, name);
  await page.locator(".tab.active", { hasText: name }).waitFor();
}

/** Presses the key of a quick input, which then has the focus. */
function openInput(page: Page, key: string): Promise<void> {
  return pressUntil(page, key, page.locator(".quick-input-widget input:focus"));
}
