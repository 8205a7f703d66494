import { setMaxListeners } from "node:events";
import { type FailureCause, parallel } from "./source.ts";

/** A cache is given up after this many failures in a row, answers that came too late, and answers that were too large. */
const maxFailures = 6;
const maxLate = parallel;
const maxTooLarge = 2;

/** The size of all narinfos that is read from a cache (bytes): some, and more for each path. */
const maxTotal = 5 * 1024 * 1024;
const maxPerPath = 8 * 1024;

/** How long a cache may give no answer at all (ms): at first, and after an answer. */
export interface Patience {
  readonly first: number;
  readonly usual: number;
}

/** Decides when a cache that fails, is silent or sends too much is given up as a whole. */
export class CacheHealth {
  readonly #abort = new AbortController();
  readonly #until: AbortSignal;
  readonly #patience: number;
  #silence: NodeJS.Timeout;
  #hasAnswered = false;
  readonly #maxSize: number;
  #gaveUp: string | undefined;
  #failuresInRow = 0;
  #late = 0;
  #tooLarge = 0;
  #size = 0;

  constructor(paths: number, patience: Patience, until: AbortSignal) {
    this.#until = until;
    this.#maxSize = maxTotal + paths * maxPerPath;
    this.#patience = patience.usual;
    this.#silence = this.#awaitAnswer(patience.first);
    // Each request listens.
    setMaxListeners(0, this.#abort.signal, until);
    if (until.aborted) this.#cancel();
    until.addEventListener("abort", this.#cancel);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Why the cache was given up; undefined: it was not, or the caller has cancelled. */
  get gaveUp(): string | undefined {
    return this.#gaveUp;
  }

  /** Why the remaining paths have no answer. */
  get why(): string {
    return this.#gaveUp ?? "cancelled";
  }

  didAnswer(size = 0): void {
    this.#failuresInRow = 0;
    if (this.#hasAnswered) this.#silence.refresh();
    else {
      clearTimeout(this.#silence);
      this.#silence = this.#awaitAnswer(this.#patience);
      this.#hasAnswered = true;
    }
    this.#size += size;
    if (this.#size > this.#maxSize) this.#giveUp(`more than ${this.#maxSize} bytes`);
  }

  didFail(why: string, cause: FailureCause | undefined): void {
    if (this.signal.aborted) return;
    this.#failuresInRow++;
    if (cause === "late") this.#late++;
    if (cause === "too-large") this.#tooLarge++;
    if (this.#failuresInRow >= maxFailures || this.#late >= maxLate || this.#tooLarge >= maxTooLarge) this.#giveUp(why);
  }

  end(): void {
    clearTimeout(this.#silence);
    this.#until.removeEventListener("abort", this.#cancel);
  }

  #awaitAnswer(patience: number): NodeJS.Timeout {
    return setTimeout(() => this.#giveUp(`no answer within ${this.#patience} ms`), patience);
  }

  #giveUp(why: string): void {
    if (this.signal.aborted) return;
    this.#gaveUp = why;
    this.#abort.abort();
  }

  readonly #cancel = (): void => this.#abort.abort();
}
