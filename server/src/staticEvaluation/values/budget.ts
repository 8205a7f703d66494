/** Limits of one evaluation: a text could otherwise run forever or use up all memory. */
export interface Limits {
  /** Number of expressions to evaluate. */
  readonly steps: number;
  /** Depth of nested expressions. */
  readonly depth: number;
  /** Number of characters in concatenated strings and of items in copied lists and sets. */
  readonly made: number;
}

const defaultLimits: Limits = { steps: 2_000_000, depth: 400, made: 10_000_000 };

/** Memory of a new list item, relative to that of a copied one. */
const perItem = 40;

/** The same for a copied attribute. */
const perAttribute = 2;

/** The same for an attribute in the text, with a lazy value. */
const perWritten = 8;

/** How many characters are scanned in the time of one step. */
const charactersPerStep = 100;

/** How many items are scanned in the time of one step. */
const itemsPerStep = 25;

/** Tracks the limits of an evaluation. `isCut`: whether one was exceeded. */
export class Budget {
  readonly #limits: Limits;
  #steps = 0;
  #depth = 0;
  #made = 0;
  isCut = false;

  constructor(limits: Limits = defaultLimits) {
    this.#limits = limits;
  }

  /** Number of steps used. */
  get steps(): number {
    return this.#steps;
  }

  /** Evaluates one expression, or returns `instead` if a limit is reached. */
  step<T>(work: () => T, instead: T): T {
    if (!this.spend(1) || this.#depth >= this.#limits.depth) return this.#cut(instead);
    this.#depth++;
    try {
      return work();
    } catch (error) {
      return this.#recovered(error, instead);
    } finally {
      this.#depth--;
    }
  }

  /** Returns `instead` if the work exceeds the stack or the length of a string. */
  guard<T>(work: () => T, instead: T): T {
    try {
      return work();
    } catch (error) {
      return this.#recovered(error, instead);
    }
  }

  /** Whether there is time for work that takes as long as `steps` steps. */
  spend(steps: number): boolean {
    this.#steps += steps;
    return this.#steps <= this.#limits.steps || this.#cut(false);
  }

  /** Whether there is time to scan `count` characters. */
  spendCharacters(count: number): boolean {
    return this.spend(count / charactersPerStep);
  }

  /** Whether there is time to scan `count` items. */
  spendItems(count: number): boolean {
    return this.spend(count / itemsPerStep);
  }

  /** Whether there is room for `amount` more characters or copied list items. */
  make(amount: number): boolean {
    this.#made += amount;
    return this.#made <= this.#limits.made || this.#cut(false);
  }

  /** Whether there is room for `count` new items. */
  makeItems(count: number): boolean {
    return this.make(count * perItem);
  }

  /** Whether there is room for a set of `count` copied attributes. */
  makeAttributes(count: number): boolean {
    return this.make(count * perAttribute);
  }

  /** Whether there is time and room for a set with `count` attributes in the text. */
  makeWritten(count: number): boolean {
    return this.spend(count) && this.make(count * perWritten);
  }

  #recovered<T>(error: unknown, instead: T): T {
    if (error instanceof RangeError) return this.#cut(instead);
    throw error;
  }

  #cut<T>(instead: T): T {
    this.isCut = true;
    return instead;
  }
}
