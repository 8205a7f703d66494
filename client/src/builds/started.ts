import type * as vscode from "vscode";

const key = "startedBuilds";

/** The unfinished builds that this window started. They survive a reload of the window. */
export class StartedBuilds {
  readonly #memory: vscode.Memento;

  /** @param memory the workspace state. */
  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  get ids(): readonly string[] {
    return this.#memory.get<readonly string[]>(key, []);
  }

  async add(ids: readonly string[]): Promise<void> {
    const all = new Set([...this.ids, ...ids]);
    if (all.size > this.ids.length) await this.#memory.update(key, [...all]);
  }

  /** Removes builds. True if one of them was known. */
  take(ids: readonly string[]): boolean {
    const taken = new Set(ids);
    const left = this.ids.filter(id => !taken.has(id));
    if (left.length === this.ids.length) return false;
    void this.#memory.update(key, left);
    return true;
  }
}
