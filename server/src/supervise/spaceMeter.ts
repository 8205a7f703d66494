import type { FilledFolder, MeasuredSpace, SpaceUse } from "../records/format/space.ts";
import { freeSpace } from "../storage/freeSpace.ts";

/** Measures how much less is free while a command runs. */
export class SpaceMeter {
  readonly #folders: readonly FilledFolder[];
  readonly #measured = new Map<SpaceUse, MeasuredSpace>();

  /** @param earlier what was measured of the same command before. */
  constructor(folders: readonly FilledFolder[], earlier: Partial<Record<SpaceUse, MeasuredSpace>> = {}) {
    this.#folders = folders;
    for (const { use } of folders) if (earlier[use] !== undefined) this.#measured.set(use, earlier[use]);
    this.look();
  }

  /** Looks once more. */
  look(): void {
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
