/** At most this many lines are kept. */
const most = 200;

/** No line is longer (UTF-16 units). */
const maxLine = 2000;

/** The last lines of the output, the oldest first: what a report of a problem needs. A ring. */
export class RecentLines {
  readonly #lines: string[] = [];
  /** Where the next line goes once all places are taken. */
  #next = 0;

  /** @param at epoch milliseconds. */
  add(at: number, level: string, message: string): void {
    const line = `${new Date(at).toISOString()} [${level}] ${message}`.slice(0, maxLine);
    this.#lines[this.#next] = line;
    this.#next = (this.#next + 1) % most;
  }

  get lines(): readonly string[] {
    return [...this.#lines.slice(this.#next), ...this.#lines.slice(0, this.#next)];
  }
}
