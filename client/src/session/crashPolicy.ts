const window = 3 * 60_000;
const most = 4;

/** Decides whether to restart a server that crashed: not after the fifth crash within three minutes. */
export class CrashPolicy {
  #crashes: readonly number[] = [];

  /** Records a crash at `now` (ms). True if the server may be restarted. */
  mayRestart(now: number): boolean {
    this.#crashes = [...this.#crashes.filter(at => now - at < window), now];
    return this.#crashes.length <= most;
  }

  /** Forgets past crashes, after the user restarted the server. */
  forget(): void {
    this.#crashes = [];
  }
}
