/** Maximum number of lines. */
const most = 200;

/** Maximum length of a line (UTF-16 code units). */
const maxLine = 2000;

/** The last lines of the output for a bug report, the oldest first. A ring buffer. */
export class RecentLines {
  readonly #lines: string[] = [];
  /** Index of the oldest line once the buffer is full. */
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
