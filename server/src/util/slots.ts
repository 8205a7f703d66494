/** Lets so many go on at once; the others wait, in the order in which they came. */
export class Slots {
  readonly #limit: () => number;
  readonly #holders = new Set<string>();
  readonly #waiting = new Map<string, (isOurs: boolean) => void>();

  /** @param limit may change: it counts when one comes or goes. */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.#holders.size >= this.#limit();
  }

  /** Resolves when it is the id's turn: true. Or when nobody wants it any more: false. */
  take(id: string, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise(resolve => {
      this.#waiting.set(id, resolve);
      signal.addEventListener("abort", () => {
        if (this.#waiting.delete(id)) resolve(false);
      });
      this.#admit();
    });
  }

  /** What held a slot has ended. */
  release(id: string): void {
    this.#holders.delete(id);
    this.#admit();
  }

  #admit(): void {
    for (const [id, resolve] of this.#waiting) {
      if (this.isFull) return;
      this.#waiting.delete(id);
      this.#holders.add(id);
      resolve(true);
    }
  }
}
