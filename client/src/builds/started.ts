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

  async add(id: string): Promise<void> {
    if (!this.ids.includes(id)) await this.#memory.update(key, [...this.ids, id]);
  }

  /** Removes a build. True if it was one of them. */
  take(id: string): boolean {
    const { ids } = this;
    if (!ids.includes(id)) return false;
    void this.#memory.update(
      key,
      ids.filter(other => other !== id),
    );
    return true;
  }
}
