import { setTimeout as sleep } from "node:timers/promises";

/** A record that does not answer for this long is passed over: its disk may be gone (ms). */
export const patience = 10_000;

/**
 * That time is measured in so many pieces: a process that did not run for a while, because its machine was busy or slept, has
 * waited for one of them. What the disk has answered meanwhile is heard before the next.
 */
const pieces = 10;

/** Works on records so that one that throws, or whose disk hangs, keeps no other from its turn. */
export class Isolation {
  /** Records whose disk has not answered yet. */
  readonly #stuck = new Set<string>();

  readonly #patience: number;

  /** @param longest how long a record is waited for (ms). */
  constructor(longest: number = patience) {
    this.#patience = longest;
  }

  isStuck(id: string): boolean {
    return this.#stuck.has(id);
  }

  /** Works on one record, unless it is stuck. Whether that came to an end in time. */
  async run(id: string, work: () => Promise<void>): Promise<boolean> {
    if (this.#stuck.has(id)) return true;
    let hasEnded = false;
    const done = work().finally(() => {
      hasEnded = true;
    });
    const endsInTime = async () => {
      for (let piece = 0; piece < pieces && !hasEnded; piece++)
        await sleep(this.#patience / pieces, undefined, { ref: false });
      return hasEnded;
    };
    if (await Promise.race([done.then(() => true), endsInTime()])) return true;
    this.#stuck.add(id);
    void done.finally(() => this.#stuck.delete(id));
    return false;
  }
}
