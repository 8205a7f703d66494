/** Calls something again and again, and only while it is told to. */
export class Ticker {
  readonly #period: number;
  readonly #tick: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** `period` in ms. */
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
