import type { Disposable, Event } from "vscode";

/** Timeout for an event (ms): a guard that a busy machine does not reach. */
const patience = 90_000;

/**
 * Returns the first value of `condition` that is not undefined. It is checked now and after each event, never by polling.
 * Rejects after a timeout, saying that `what` did not happen.
 */
export function eventually<T>(
  what: string,
  condition: () => T | undefined | Promise<T | undefined>,
  ...events: readonly Event<unknown>[]
): Promise<T> {
  const subscriptions: Disposable[] = [];
  const { promise, resolve, reject } = withResolvers<T>();
  const ask = async () => {
    const value = await condition();
    if (value !== undefined) resolve(value);
  };
  const look = () => void ask().catch(reject);
  const timer = setTimeout(() => reject(new Error(`${what}: not within ${patience} ms`)), patience);
  for (const event of events) subscriptions.push(event(look));
  look();
  return promise.finally(() => {
    clearTimeout(timer);
    for (const subscription of subscriptions) subscription.dispose();
  });
}

/** The next value of an event. */
export function next<T>(what: string, event: Event<T>): Promise<T> {
  let happened: { readonly value: T } | undefined;
  const remember: Event<T> = (listener, self, disposables) =>
    event(
      value => {
        happened ??= { value };
        listener.call(self, value);
      },
      undefined,
      disposables,
    );
  return eventually(what, () => happened, remember).then(({ value }) => value);
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
