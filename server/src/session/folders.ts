import path from "node:path";
import { isWithin, pathOf } from "../workspace/paths.ts";

/** The current folders of the workspace. */
export class WorkspaceFolders {
  readonly #storageDir: string;
  #paths: readonly string[];

  /** @param storageDir the folder of the build records. */
  constructor(paths: readonly string[], storageDir: string) {
    this.#paths = paths;
    this.#storageDir = storageDir;
  }

  /** Their paths. */
  get list(): readonly string[] {
    return this.#paths;
  }

  change(event: { readonly added: readonly Folder[]; readonly removed: readonly Folder[] }): void {
    const removed = new Set(event.removed.map(({ uri }) => pathOf(uri)));
    const added = event.added.flatMap(({ uri }) => pathOf(uri) ?? []);
    this.#paths = [...this.#paths.filter(each => !removed.has(each)), ...added];
  }

  /** Whether this window shows the builds of a network: all builds if it has no folder. */
  isVisible(uri: string): boolean {
    const file = pathOf(uri);
    // A damaged record may belong to any network, so every window shows it.
    const shown = [...this.#paths, path.join(this.#storageDir, "builds")];
    return this.#paths.length === 0 || (file !== undefined && shown.some(folder => isWithin(file, folder)));
  }
}

interface Folder {
  readonly uri: string;
}
