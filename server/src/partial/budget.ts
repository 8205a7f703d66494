/** What one evaluation may cost. Text can be made so that it never ends. */
export interface Limits {
  /** Expressions that are looked at. */
  readonly steps: number;
  /** Expressions within expressions. */
  readonly depth: number;
  /** Elements that builtins make out of nothing (`genList`), and characters of strings that are put together. */
  readonly made: number;
}

export const defaultLimits: Limits = { steps: 2_000_000, depth: 400, made: 5_000_000 };

/** Counts down. `isCut` says whether anything was given up. */
export class Budget {
  readonly #limits: Limits;
  #steps = 0;
  #depth = 0;
  #made = 0;
  isCut = false;

  constructor(limits: Limits = defaultLimits) {
    this.#limits = limits;
  }

  /** Looks at one expression, or gives `instead` when there is nothing left to spend. */
  step<T>(work: () => T, instead: T): T {
    this.#steps++;
    if (this.#steps > this.#limits.steps || this.#depth >= this.#limits.depth) return this.#cut(instead);
    this.#depth++;
    try {
      return work();
    } finally {
      this.#depth--;
    }
  }

  /** Whether so much more may be made. */
  make(amount: number): boolean {
    this.#made += amount;
    return this.#made <= this.#limits.made || this.#cut(false);
  }

  #cut<T>(instead: T): T {
    this.isCut = true;
    return instead;
  }
}
