import { type Backoff, pauseAfter } from "./backoff.ts";
import { pause } from "./pause.ts";

export interface RetryOptions extends Backoff {
  /** Whether the result is still wanted. Asked after each failure and many times in each pause. */
  readonly isWanted: () => boolean;
  /** Called with each failure that is followed by another attempt. */
  readonly didFail?: (error: unknown) => void;
  /** Whether the process stays alive for the next attempt. */
  readonly keepsAlive?: boolean;
}

/** How often it is asked in a pause whether the result is still wanted (ms). */
const look = 100;

/**
 * Attempts something until it does not throw. Undefined: it failed, and is not wanted any more. The pauses have no jitter: what is
 * attempted is local, and where several processes attempt the same, a lock decides.
 */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T | undefined> {
  const { isWanted, didFail, keepsAlive = false } = options;
  for (let failures = 1; ; failures++)
    try {
      return await attempt();
    } catch (error) {
      if (!isWanted()) return undefined;
      didFail?.(error);
      for (let left = pauseAfter(failures, options); left > 0; left -= look) {
        await pause(Math.min(left, look), undefined, keepsAlive);
        if (!isWanted()) return undefined;
      }
    }
}
