import { setTimeout as sleep } from "node:timers/promises";

/** Timeout for work on a record, after which it is skipped: its disk may be gone (ms). */
export const recordTimeout = 10_000;

/**
 * The timeout is split into this many steps. If the process did not run for a while, because its machine was busy or suspended,
 * only one step has passed, and answers of the disk that arrived meanwhile are handled before the next.
 */
const steps = 10;

/** Works on records in isolation: one that throws, or whose disk hangs, does not affect the others. */
export class Isolation {
  /** Records whose disk has not responded yet. */
  readonly #stuck = new Set<string>();

  readonly #timeout: number;

  /** @param timeout for work on a record (ms). */
  constructor(timeout: number = recordTimeout) {
    this.#timeout = timeout;
  }

  isStuck(id: string): boolean {
    return this.#stuck.has(id);
  }

  /** Runs work on one record, unless it is stuck. Returns whether it ended in time. */
  async run(id: string, work: () => Promise<void>): Promise<boolean> {
    if (this.#stuck.has(id)) return true;
    let hasEnded = false;
    const done = work().finally(() => {
      hasEnded = true;
    });
    const endsInTime = async () => {
      for (let step = 0; step < steps && !hasEnded; step++)
        await sleep(this.#timeout / steps, undefined, { ref: false });
      return hasEnded;
    };
    if (await Promise.race([done.then(() => true), endsInTime()])) return true;
    this.#stuck.add(id);
    void done.finally(() => this.#stuck.delete(id));
    return false;
  }
}
