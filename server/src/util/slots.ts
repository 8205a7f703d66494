/** A FIFO semaphore. */
export class Slots {
  readonly #limit: () => number;
  readonly #holders = new Set<string>();
  readonly #waiting = new Map<string, (isOurs: boolean) => void>();

  /** @param limit may change: it is read whenever a slot is requested or released. */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.#holders.size >= this.#limit();
  }

  /** Resolves with true when the id gets a slot, with false when it is aborted before. */
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

  /** Releases the slot of an id. */
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
