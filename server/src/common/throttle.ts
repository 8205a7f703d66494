/** The clock and timers of a throttle. Passed in, so that client and server can share pure code. */
export interface Timers<Timer = unknown> {
  /** In milliseconds. */
  now(): number;
  /** Calls once, after `milliseconds`. */
  start(call: () => void, milliseconds: number): Timer;
  stop(timer: Timer): void;
}

/** Limits how often something is done. Requests made while it has to wait are served together. */
export class Throttle<Timer = unknown> {
  readonly #period: () => number;
  readonly #act: () => void;
  readonly #timers: Timers<Timer>;
  #waiting: { readonly timer: Timer } | undefined;
  #last = Number.NEGATIVE_INFINITY;

  /** @param period the minimum time between two calls of `act` that were requested (ms), or a function that computes it. */
  constructor(period: number | (() => number), act: () => void, timers: Timers<Timer>) {
    this.#period = typeof period === "number" ? () => period : period;
    this.#act = act;
    this.#timers = timers;
  }

  /** Acts soon: in the next turn of the event loop if the period is over, otherwise at its end. */
  request(): void {
    if (this.#waiting !== undefined) return;
    const wait = Math.max(0, this.#last + this.#period() - this.#timers.now());
    this.#waiting = { timer: this.#timers.start(() => this.actNow(), wait) };
  }

  /** Acts immediately, even within the period, and serves pending requests. */
  actNow(): void {
    this.dispose();
    this.#last = this.#timers.now();
    this.#act();
  }

  /** Drops pending requests. */
  dispose(): void {
    if (this.#waiting !== undefined) this.#timers.stop(this.#waiting.timer);
    this.#waiting = undefined;
  }
}
