import pLimit from "p-limit";

/** Runs work in FIFO order. A failure rejects only the caller's own promise; later work still runs. */
export type Queue = <T>(work: () => T | Promise<T>) => Promise<T>;

/** Creates a queue. @param parallel how many of its tasks may run in parallel. */
export function createQueue(parallel = 1): Queue {
  const limit = pLimit(parallel);
  return work => limit(async () => work());
}

/** A queue for each key, kept only while it has work. */
export class QueueByKey {
  readonly #queues = new Map<string, { readonly queue: Queue; readonly last: Promise<unknown> }>();

  add<T>(key: string, work: () => T | Promise<T>): Promise<T> {
    const queue = this.#queues.get(key)?.queue ?? createQueue();
    const done = queue(work).finally(() => {
      if (this.#queues.get(key)?.last === last) this.#queues.delete(key);
    });
    const last = done.catch(() => undefined);
    this.#queues.set(key, { queue, last });
    return done;
  }

  /** Resolves when the current work of a key has finished or failed; undefined if it has none. */
  busy(key: string): Promise<unknown> | undefined {
    return this.#queues.get(key)?.last;
  }
}
