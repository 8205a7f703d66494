import { setTimeout } from "node:timers/promises";

/**
 * Resolves after a while, or as soon as the signal is aborted. Never rejects.
 *
 * @param milliseconds how long.
 * @param keepsAlive whether the process stays alive for it.
 */
export async function pause(milliseconds: number, signal?: AbortSignal, keepsAlive = true): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal, ref: keepsAlive }).catch(() => undefined);
}
