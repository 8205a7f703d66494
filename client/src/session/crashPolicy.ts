const window = 3 * 60_000;
const most = 4;

/** Decides whether a server that crashed is started again: not when it crashes for the fifth time in three minutes. */
export class CrashPolicy {
  #crashes: readonly number[] = [];

  /** Notes a crash at `now` (ms); true: start it again. */
  mayRestart(now: number): boolean {
    this.#crashes = [...this.#crashes.filter(at => now - at < window), now];
    return this.#crashes.length <= most;
  }

  /** The user asked for a new start. */
  forget(): void {
    this.#crashes = [];
  }
}
