import { statfsSync } from "node:fs";
import path from "node:path";

/** The space available to us on the file system of a folder, which may not exist yet (bytes); undefined if unknown. */
export function freeSpace(folder: string): number | undefined {
  for (let at = folder; ; at = path.dirname(at))
    try {
      const { bavail, bsize } = statfsSync(at);
      return bavail * bsize;
    } catch {
      if (at === path.dirname(at)) return undefined;
    }
}
