import type { Timers } from "../../server/src/common/throttle.ts";

/** Time that passes when the test says so. */
export class ManualTimers implements Timers<number> {
  #now = 1_000_000;
  #timers = new Map<number, { readonly at: number; readonly call: () => void }>();
  #started = 0;

  now(): number {
    return this.#now;
  }

  start(call: () => void, milliseconds: number): number {
    this.#timers.set(++this.#started, { at: this.#now + milliseconds, call });
    return this.#started;
  }

  stop(timer: number): void {
    this.#timers.delete(timer);
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds;
    for (const [timer, { at, call }] of [...this.#timers])
      if (at <= this.#now) {
        this.#timers.delete(timer);
        call();
      }
  }

  get count(): number {
    return this.#timers.size;
  }
}
