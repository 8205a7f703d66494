/** A line of the clock is shorter (characters): what is longer is none. */
const maxLine = 100;

/** More ticks are not kept: a clock ticks ten times a second, and only while something is written. */
const maxTicks = 5_000_000;

/** The greatest time that a date can have (epoch ms). */
const maxTime = 8.64e15;

/** When which part of an event stream was written: Nix's events carry no time. */
export class Clock {
  readonly #times: number[] = [];
  readonly #sizes: number[] = [];
  #rest = "";

  /** Takes the next piece of the `clock` file: `<epoch ms> <size of events>` lines. Lines that are none are skipped. */
  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = (lines.pop() ?? "").slice(0, maxLine);
    for (const line of lines) {
      const [, time, size] = /^(\d{1,16}) (\d{1,16})$/.exec(line) ?? [];
      if (time !== undefined && size !== undefined) this.#add(Number(time), Number(size));
    }
  }

  /** The stream only grows: a smaller size is a mistake. */
  #add(time: number, size: number): void {
    if (time > maxTime || !Number.isSafeInteger(size) || size < (this.#sizes.at(-1) ?? 0)) return;
    if (this.#sizes.length >= maxTicks) return;
    this.#times.push(time);
    this.#sizes.push(size);
  }

  /** When the byte before `offset` had been written (epoch ms): the first tick that has seen it; undefined when none has. */
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
