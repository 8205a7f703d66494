/** Minimum time between two updates of a document (ms). */
export const shortestPause = 250;

/** Cool-down after an update, as a multiple of how long VS Code took to apply it. */
const cooldown = 3;

/** Timeout for the confirmation that an update was applied (ms). */
const confirmationTimeout = 30_000;

/**
 * Throttles the updates of a growing document. VS Code replaces the whole text each time, which takes seconds for 200,000 lines,
 * so longer documents are updated less often. Times are in ms.
 */
export class Pace {
  #askedAt: number | undefined;
  #next = 0;

  /** Whether the next update is due. */
  isDue(now: number): boolean {
    if (this.#askedAt !== undefined && now - this.#askedAt < confirmationTimeout) return false;
    return now >= this.#next;
  }

  /** VS Code was asked to update the document. */
  asked(now: number): void {
    this.#askedAt = now;
  }

  /** VS Code applied the update. */
  shown(now: number): void {
    this.#next = now + Math.max(shortestPause, cooldown * (now - (this.#askedAt ?? now)));
    this.#askedAt = undefined;
  }
}
