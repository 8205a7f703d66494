/// <reference lib="dom" />
import type { Locator } from "playwright-core";

/** Waits until nothing in `parts` of an element has changed for a second. */
export async function untilQuiet(element: Locator, parts: string): Promise<void> {
  await element.evaluate(
    (root, selector) =>
      new Promise<void>(resolve => {
        const end = () => {
          observer.disconnect();
          resolve();
        };
        let timer = setTimeout(end, 1000);
        const observer = new MutationObserver(changes => {
          const touches = (node: Node) =>
            node.parentElement?.closest(selector) || (node as Element).matches?.(selector);
          if (!changes.some(({ target: node }) => touches(node))) return;
          clearTimeout(timer);
          timer = setTimeout(end, 1000);
        });
        observer.observe(root, { attributes: true, characterData: true, childList: true, subtree: true });
      }),
    parts,
  );
}
