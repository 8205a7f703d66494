import { setTimeout as sleep } from "node:timers/promises";

/** A record that does not answer for this long is passed over: its disk may be gone (ms). */
export const patience = 10_000;

/** Works on records so that one that throws, or whose disk hangs, keeps no other from its turn. */
export class Isolation {
  /** Records whose disk has not answered yet. */
  readonly #stuck = new Set<string>();

  isStuck(id: string): boolean {
    return this.#stuck.has(id);
  }

  /** Works on one record, unless it is stuck. Whether that came to an end in time. */
  async run(id: string, work: () => Promise<void>): Promise<boolean> {
    if (this.#stuck.has(id)) return true;
    const done = work();
    const isInTime = await Promise.race([done.then(() => true), sleep(patience, false, { ref: false })]);
    if (isInTime) return true;
    this.#stuck.add(id);
    void done.finally(() => this.#stuck.delete(id));
    return false;
  }
}
