import { setTimeout as sleep } from "node:timers/promises";

/**
 * Polls until `check` returns something, and returns that. Only for what sends no event: another process's
 * files, ports and end. Throws after `timeout` ms, saying that `what` did not happen: a guard against a test that never ends,
 * so long that a busy machine does not reach it.
 */
export async function until<T>(
  what: string,
  check: () => T | undefined | Promise<T | undefined>,
  timeout = 60_000,
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const result = await check();
    if (result !== undefined) return result;
    if (Date.now() > end) throw new Error(`${what}: not within ${timeout} ms`);
    await sleep(20);
  }
}
