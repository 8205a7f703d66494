/** Pauses between attempts, each twice as long as the one before (ms). An even pace is one whose `longest` is its `first`. */
export interface Backoff {
  readonly first: number;
  readonly longest: number;
}

/** The pause after a number of failures (ms). @param failures from 1. */
export function pauseAfter(failures: number, { first, longest }: Backoff): number {
  return Math.min(first * 2 ** (failures - 1), longest);
}

/** Delays repeated attempts by the caller, separately for each key. */
export class AttemptLimit {
  readonly #backoff: Backoff;
  /** Key -> how many attempts there were, and when the next may be made (ms). */
  readonly #attempts = new Map<string, { readonly count: number; readonly next: number }>();

  constructor(backoff: Backoff) {
    this.#backoff = backoff;
  }

  /** Whether an attempt may be made now; if so, it counts as made. @param now in ms. */
  take(key: string, now: number): boolean {
    const { count, next } = this.#attempts.get(key) ?? { count: 0, next: now };
    if (now < next) return false;
    this.#attempts.set(key, { count: count + 1, next: now + pauseAfter(count + 1, this.#backoff) });
    return true;
  }

  /** Forgets the attempts of a key. */
  forget(key: string): void {
    this.#attempts.delete(key);
  }
}
