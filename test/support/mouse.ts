import type { Locator } from "playwright-core";

// What a person does with a mouse. VS Code draws rows, links and items again whenever they change: a hover that is about to be shown
// is then not shown, and a click between two drawings reaches neither. A person notices that, and moves the mouse or clicks again.

/** How often they try, and how long they wait each time (ms): a busy window answers late. */
const [tries, patience] = [5, 30_000];

/** Whether something can be seen within a time (ms). */
export function isShown(element: Locator, timeout: number): Promise<boolean> {
  if (timeout === 0) return element.isVisible();
  return element.waitFor({ timeout }).then(
    () => true,
    () => false,
  );
}

/** Acts until the effect can be seen. Throws with why the last attempt failed. */
export async function actUntil(effect: Locator, act: () => Promise<void>): Promise<void> {
  let cause: unknown;
  for (let count = 0; count < tries; count++) {
    if (await isShown(effect, 0)) return;
    await act().catch(error => {
      cause = error;
    });
    if (await isShown(effect, patience)) return;
  }
  throw new Error(`This has not been shown: ${effect}`, { cause });
}

/** Rests the mouse on an element until its hover is there: away and back again, if the element was moved or drawn again below it. */
export function hoverUntil(element: Locator, hover: Locator): Promise<void> {
  return actUntil(hover, async () => {
    await element.page().mouse.move(900, 700);
    await element.hover({ timeout: patience });
  });
}

/** Clicks an element until the effect can be seen. Only for what may be done twice, such as opening something. */
export function clickUntil(
  element: Locator,
  effect: Locator,
  options: { readonly button?: "left" | "right" } = {},
): Promise<void> {
  return actUntil(effect, () => element.click({ timeout: patience, ...options }));
}

/** Clicks a link in a hover of an element, which is replaced when its text changes, until the effect can be seen. */
export function clickInHoverUntil(element: Locator, link: Locator, effect: Locator): Promise<void> {
  return actUntil(effect, async () => {
    await hoverUntil(element, link);
    await link.click({ timeout: patience });
  });
}

/** Clicks an action of a row, which is there while the mouse is over the row, until the effect can be seen. */
export function clickActionUntil(row: Locator, title: string, effect: Locator): Promise<void> {
  const action = row.locator(`.action-label[aria-label^="${title}"]`);
  return clickInHoverUntil(row, action, effect);
}
