/** When which part of an event stream was written: Nix's events carry no time. */
export class Clock {
  readonly #times: number[] = [];
  readonly #sizes: number[] = [];
  #rest = "";

  /** Takes the next piece of the `clock` file: `<epoch ms> <size of events>` lines. Lines that are none are skipped. */
  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const match = /^(\d{1,15}) (\d{1,15})$/.exec(line);
      if (match === null) continue;
      this.#times.push(Number(match[1]));
      this.#sizes.push(Number(match[2]));
    }
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
