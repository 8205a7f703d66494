/** No text is shown anew more often than this (ms). */
export const shortestPause = 250;

/** So many times as long as VS Code took for a text it is left in peace. */
const rest = 3;

/** After so long nobody waits any more to hear that a text is shown (ms). */
const patience = 30_000;

/**
 * When a document that grows is shown anew. VS Code takes over the whole text each time, which takes seconds for 200,000 lines,
 * so a long one comes less often. Times are in ms.
 */
export class Pace {
  #askedAt: number | undefined;
  #next = 0;

  /** Whether it is time. */
  isDue(now: number): boolean {
    if (this.#askedAt !== undefined && now - this.#askedAt < patience) return false;
    return now >= this.#next;
  }

  /** VS Code is asked to show the text anew. */
  asked(now: number): void {
    this.#askedAt = now;
  }

  /** VS Code shows it. */
  shown(now: number): void {
    this.#next = now + Math.max(shortestPause, rest * (now - (this.#askedAt ?? now)));
    this.#askedAt = undefined;
  }
}
