import { Throttle } from "../../../server/src/common/throttle.ts";
import { systemTimers } from "./timers.ts";

/**
 * Minimum time between two change events of a tree (ms). VS Code debounces them by 200 ms, so that more frequent events would
 * prevent a refresh altogether.
 */
export const treePeriod = 500;

/** Collects changed rows and publishes them together, at most once per `treePeriod`; the whole tree immediately. */
export class ChangedRows<T> {
  readonly #throttle: Throttle;
  #collected: Set<T> | "all" = new Set();

  constructor(publish: (changed: readonly T[] | "all") => void) {
    const flush = () => {
      const changed = this.#collected === "all" ? "all" : [...this.#collected];
      this.#collected = new Set();
      publish(changed);
    };
    this.#throttle = new Throttle(treePeriod, flush, systemTimers);
  }

  /** Rows changed. */
  add(changed: readonly T[]): void {
    if (this.#collected !== "all") for (const row of changed) this.#collected.add(row);
    if (changed.length > 0) this.#throttle.request();
  }

  /** Rows were added or removed. `TreeView.reveal` of a new one works only after this. */
  addAll(): void {
    this.#collected = "all";
    this.#throttle.actNow();
  }

  dispose(): void {
    this.#throttle.dispose();
  }
}
