import { statfsSync } from "node:fs";
import path from "node:path";
import type { MeasuredSpace, SpaceUse } from "../builds/checks/shortOfSpace.ts";
import type { FilledFolder } from "../builds/record/record.ts";

/** What is free for us on the file system of a folder, which may not be there yet (bytes); undefined where nobody says. */
export function freeSpace(folder: string): number | undefined {
  for (let at = folder; ; at = path.dirname(at))
    try {
      const { bavail, bsize } = statfsSync(at);
      return bavail * bsize;
    } catch {
      if (at === path.dirname(at)) return undefined;
    }
}

/** Measures how much less is free while a build runs. */
export class SpaceMeter {
  readonly #folders: readonly FilledFolder[];
  readonly #measured = new Map<SpaceUse, MeasuredSpace>();

  /** @param earlier what was measured of the same build before. */
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
