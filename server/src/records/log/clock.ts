/** Longer lines are not part of a clock (characters). */
const maxLine = 100;

/** Maximum number of ticks: a clock ticks ten times a second, and only while events are being written. */
const maxTicks = 5_000_000;

/** The maximum time value of a `Date` (epoch ms). */
const maxTime = 8.64e15;

/** Maps positions in an event stream to the time they were written: Nix's events carry no time. */
export class Clock {
  readonly #times: number[] = [];
  readonly #sizes: number[] = [];
  #rest = "";

  /** Adds the next piece of the `clock` file: `<epoch ms> <size of events>` lines. Malformed lines are skipped. */
  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = (lines.pop() ?? "").slice(0, maxLine);
    for (const line of lines) {
      const [, time, size] = /^(\d{1,16}) (\d{1,16})$/.exec(line) ?? [];
      if (time !== undefined && size !== undefined) this.#add(Number(time), Number(size));
    }
  }

  /** The stream only grows, so a smaller size is an error and is ignored. */
  #add(time: number, size: number): void {
    if (time > maxTime || !Number.isSafeInteger(size) || size < (this.#sizes.at(-1) ?? 0)) return;
    if (this.#sizes.length >= maxTicks) return;
    this.#times.push(time);
    this.#sizes.push(size);
  }

  /** When the byte before `offset` was written (epoch ms): the first tick at or beyond it; undefined if there is none. */
  timeOf(offset: number): number | undefined {
    let [low, high] = [0, this.#sizes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sizes[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return this.#times[low];
  }
}
