import type { FilledFolder, MeasuredSpace, SpaceUse } from "../records/format/space.ts";
import { freeSpace } from "../storage/freeSpace.ts";

/** Measures free disk space while a command runs. */
export class SpaceMeter {
  readonly #folders: readonly FilledFolder[];
  readonly #measured = new Map<SpaceUse, MeasuredSpace>();

  /** @param earlier earlier measurements of the same command. */
  constructor(folders: readonly FilledFolder[], earlier: Partial<Record<SpaceUse, MeasuredSpace>> = {}) {
    this.#folders = folders;
    for (const { use } of folders) if (earlier[use] !== undefined) this.#measured.set(use, earlier[use]);
    this.measure();
  }

  /** Measures once more. */
  measure(): void {
    for (const { use, path: folder } of this.#folders) {
      const free = freeSpace(folder);
      if (free === undefined) continue;
      const { before = free, least = free } = this.#measured.get(use) ?? {};
      this.#measured.set(use, { before, least: Math.min(least, free) });
    }
  }

  get measured(): Partial<Record<SpaceUse, MeasuredSpace>> {
    return Object.fromEntries(this.#measured);
  }
}
