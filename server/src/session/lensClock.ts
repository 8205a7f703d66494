import type { Timers } from "../common/throttle.ts";

/** Lenses are not refreshed more often than this only because time passes (ms). */
const period = 60_000;

/** Refreshes lenses that show how long ago something was. Lenses are resolved only while they are visible, so no other ones are. */
export class LensClock<Timer = unknown> {
  readonly #refresh: () => void;
  readonly #timers: Timers<Timer>;
  #next: { readonly timer: Timer; readonly at: number } | undefined;

  constructor(refresh: () => void, timers: Timers<Timer>) {
    this.#refresh = refresh;
    this.#timers = timers;
  }

  /** A lens was shown whose text changes after `milliseconds`. */
  didShow(milliseconds: number): void {
    const at = this.#timers.now() + Math.max(period, milliseconds);
    if (this.#next !== undefined && this.#next.at <= at) return;
    this.dispose();
    const timer = this.#timers.start(() => this.#tick(), at - this.#timers.now());
    this.#next = { timer, at };
  }

  dispose(): void {
    if (this.#next !== undefined) this.#timers.stop(this.#next.timer);
    this.#next = undefined;
  }

  #tick(): void {
    this.#next = undefined;
    this.#refresh();
  }
}
