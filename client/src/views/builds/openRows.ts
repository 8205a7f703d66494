/** The part of `vscode.Memento` that is needed. */
interface Memory {
  get<T>(key: string, byDefault: T): T;
  update(key: string, value: unknown): Thenable<void>;
}

const key = "openBuilds";

/** More rows than this are not remembered. */
const maxRows = 100;

/**
 * Which rows of builds and batches are expanded. VS Code forgets that when a window is closed or reloaded, so it is remembered.
 * Independent of VS Code.
 */
export class OpenRows {
  readonly #memory: Memory;
  readonly #open: Set<string>;
  /** Rows that were open in the last window, and have not been collapsed since. */
  readonly #reopened: Set<string>;

  /** @param memory the workspace state. */
  constructor(memory: Memory) {
    this.#memory = memory;
    const ids = memory.get<unknown>(key, []);
    this.#open = new Set(Array.isArray(ids) ? ids.filter(id => typeof id === "string") : []);
    this.#reopened = new Set(this.#open);
  }

  /** Whether a row has to be shown expanded when VS Code sees it for the first time. */
  isReopened(id: string): boolean {
    return this.#reopened.has(id);
  }

  /** A row was expanded or collapsed. */
  set(id: string, open: boolean): void {
    if (!open) this.#reopened.delete(id);
    if (this.#open.has(id) === open) return;
    if (open) this.#open.add(id);
    else this.#open.delete(id);
    // The oldest first. Which of them still exist is not known while the server is still finding its records.
    for (const oldest of this.#open) if (this.#open.size > maxRows) this.#open.delete(oldest);
    this.#save();
  }

  #save(): void {
    void this.#memory.update(key, [...this.#open]);
  }
}
