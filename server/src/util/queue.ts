import pLimit from "p-limit";

/** Does work in the order in which it comes. What fails fails for whoever asked for it, and what comes after it goes on. */
export type Queue = <T>(work: () => T | Promise<T>) => Promise<T>;

/** A queue of its own. @param atOnce how much of its work may be under way at a time. */
export function createQueue(atOnce = 1): Queue {
  const limit = pLimit(atOnce);
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

  /** Resolves when what a key has now has been done, or has failed; undefined: it has nothing. */
  busy(key: string): Promise<unknown> | undefined {
    return this.#queues.get(key)?.last;
  }
}
