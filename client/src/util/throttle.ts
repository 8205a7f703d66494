/**
 * The least time between two changes of a tree (ms). VS Code draws a tree anew only after 200 ms without a change, so that
 * changes that come faster would keep it from drawing at all.
 */
export const treePeriod = 300;

/** Gathers rows that change and hands them over together, at most once in `treePeriod`; the whole tree it hands over at once. */
export class Throttle<T> {
  readonly #hand: (changed: readonly T[] | "all") => void;
  #gathered = new Set<T>();
  #timer: NodeJS.Timeout | undefined;
  #last = Number.NEGATIVE_INFINITY;

  constructor(hand: (changed: readonly T[] | "all") => void) {
    this.#hand = hand;
  }

  /** Rows that look different. */
  add(changed: readonly T[]): void {
    for (const item of changed) this.#gathered.add(item);
    if (this.#gathered.size === 0) return;
    this.#timer ??= setTimeout(
      () => this.#flush([...this.#gathered]),
      Math.max(0, this.#last + treePeriod - Date.now()),
    );
  }

  /** Rows came or went. `TreeView.reveal` of a new one works only after this. */
  addAll(): void {
    this.#flush("all");
  }

  #flush(changed: readonly T[] | "all"): void {
    this.dispose();
    this.#last = Date.now();
    this.#gathered = new Set();
    this.#hand(changed);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
