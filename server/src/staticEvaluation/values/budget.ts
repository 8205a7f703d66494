/** What one evaluation may cost. Text can be made so that it never ends, or so that it takes all memory. */
export interface Limits {
  /** Expressions that are looked at. */
  readonly steps: number;
  /** Expressions within expressions. */
  readonly depth: number;
  /** Characters of strings that are put together, and places of lists and sets that are copied. */
  readonly made: number;
}

export const defaultLimits: Limits = { steps: 2_000_000, depth: 400, made: 10_000_000 };

/** What an element that did not exist before takes, in the memory that a place of a list takes. */
const perItem = 40;

/** The same of an attribute that is copied. */
const perAttribute = 2;

/** The same of an attribute that stands in the text, whose value waits. */
const perWritten = 8;

/** So many characters are looked through in the time of a step. */
const charactersPerStep = 100;

/** So many elements are. */
const itemsPerStep = 25;

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

  /** How many steps were spent. */
  get steps(): number {
    return this.#steps;
  }

  /** Looks at one expression, or gives `instead` when there is nothing left to spend. */
  step<T>(work: () => T, instead: T): T {
    if (!this.spend(1) || this.#depth >= this.#limits.depth) return this.#cut(instead);
    this.#depth++;
    try {
      return work();
    } catch (error) {
      return this.#given(error, instead);
    } finally {
      this.#depth--;
    }
  }

  /** Gives `instead` where the work needs more of the stack, or a longer string, than there is. */
  guard<T>(work: () => T, instead: T): T {
    try {
      return work();
    } catch (error) {
      return this.#given(error, instead);
    }
  }

  /** Whether there is time for work that takes as long as so many steps. */
  spend(steps: number): boolean {
    this.#steps += steps;
    return this.#steps <= this.#limits.steps || this.#cut(false);
  }

  /** Whether there is time to look through so many characters. */
  spendCharacters(count: number): boolean {
    return this.spend(count / charactersPerStep);
  }

  /** Whether there is time to look through so many elements. */
  spendItems(count: number): boolean {
    return this.spend(count / itemsPerStep);
  }

  /** Whether there is room for so many more characters or places of a list. */
  make(amount: number): boolean {
    this.#made += amount;
    return this.#made <= this.#limits.made || this.#cut(false);
  }

  /** Whether there is room for so many more elements. */
  makeItems(count: number): boolean {
    return this.make(count * perItem);
  }

  /** Whether there is room for a set of so many attributes of others. */
  makeAttributes(count: number): boolean {
    return this.make(count * perAttribute);
  }

  /** Whether there is time and room for a set with so many attributes that stand in the text. */
  makeWritten(count: number): boolean {
    return this.spend(count) && this.make(count * perWritten);
  }

  #given<T>(error: unknown, instead: T): T {
    if (error instanceof RangeError) return this.#cut(instead);
    throw error;
  }

  #cut<T>(instead: T): T {
    this.isCut = true;
    return instead;
  }
}
