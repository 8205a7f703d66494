import { type Backoff, pauseAfter } from "./backoff.ts";
import { pause } from "./pause.ts";

export interface RetryOptions extends Backoff {
  /** Whether the result is still wanted. Polled after each failure and during each pause. */
  readonly isWanted: () => boolean;
  /** Called with each failure that is followed by another attempt. */
  readonly didFail?: (error: unknown) => void;
  /** Whether the process stays alive for the next attempt. */
  readonly keepsAlive?: boolean;
}

/** How often `isWanted` is polled during a pause (ms). */
const pollInterval = 100;

/**
 * Retries until an attempt does not throw. Undefined if it failed and is no longer wanted. The pauses have no jitter: all
 * attempts are local, and where several processes attempt the same, a lock decides.
 */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T | undefined> {
  const { isWanted, didFail, keepsAlive = false } = options;
  for (let failures = 1; ; failures++)
    try {
      return await attempt();
    } catch (error) {
      if (!isWanted()) return undefined;
      didFail?.(error);
      for (let left = pauseAfter(failures, options); left > 0; left -= pollInterval) {
        await pause(Math.min(left, pollInterval), undefined, keepsAlive);
        if (!isWanted()) return undefined;
      }
    }
}
