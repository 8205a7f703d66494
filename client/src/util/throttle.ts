/**
 * Minimum time between two change events of a tree (ms). VS Code debounces them by 200 ms, so that more frequent events would
 * prevent a refresh altogether.
 */
export const treePeriod = 300;

/** Collects changed rows and publishes them together, at most once per `treePeriod`; the whole tree immediately. */
export class Throttle<T> {
  readonly #publish: (changed: readonly T[] | "all") => void;
  #collected = new Set<T>();
  #timer: NodeJS.Timeout | undefined;
  #last = Number.NEGATIVE_INFINITY;

  constructor(publish: (changed: readonly T[] | "all") => void) {
    this.#publish = publish;
  }

  /** Rows changed. */
  add(changed: readonly T[]): void {
    for (const item of changed) this.#collected.add(item);
    if (this.#collected.size === 0) return;
    this.#timer ??= setTimeout(
      () => this.#flush([...this.#collected]),
      Math.max(0, this.#last + treePeriod - Date.now()),
    );
  }

  /** Rows were added or removed. `TreeView.reveal` of a new one works only after this. */
  addAll(): void {
    this.#flush("all");
  }

  #flush(changed: readonly T[] | "all"): void {
    this.dispose();
    this.#last = Date.now();
    this.#collected = new Set();
    this.#publish(changed);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
