/** Calls a function periodically while it is enabled. */
export class Ticker {
  readonly #period: number;
  readonly #tick: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param period in ms. */
  constructor(period: number, tick: () => void) {
    this.#period = period;
    this.#tick = tick;
  }

  run(on: boolean): void {
    if (on) this.#timer ??= setInterval(this.#tick, this.#period);
    else this.dispose();
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
