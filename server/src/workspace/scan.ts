import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import type { NetworkFileGlobs } from "./networkGlobs.ts";

/** The most network files that are listed. */
export const maxNetworkFiles = 2000;

/** How many files are compared with the globs before yielding to other requests. */
const filesPerTurn = 20;

/** Folders without the user's files: git's, npm's, and Nix's results. */
export function isSkipped(name: string): boolean {
  return name === ".git" || name === "node_modules" || name.startsWith("result");
}

export interface ScanResult {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Whether there are more than are listed. */
  readonly cut: boolean;
  /** Whether the folder itself, not one below it, has a `flake.nix`. */
  readonly hasFlake: boolean;
}

/** Finds the network files below a workspace folder by their names. Follows no symbolic links; skips unreadable folders. */
export async function scanFolder(
  folder: string,
  { matches }: Pick<NetworkFileGlobs, "matches">,
  limit = maxNetworkFiles,
): Promise<ScanResult> {
  const files: string[] = [];
  const waiting = [folder];
  let hasFlake = false;
  let compared = 0;
  for (let current = waiting.pop(); current !== undefined; current = waiting.pop()) {
    for (const entry of await entriesOf(current)) {
      const file = path.join(current, entry.name);
      if (current === folder && entry.name === "flake.nix") hasFlake = true;
      if (entry.isDirectory() && !isSkipped(entry.name)) waiting.push(file);
      if (!entry.isFile()) continue;
      if (++compared % filesPerTurn === 0) await setImmediate();
      if (matches(path.relative(folder, file).split(path.sep).join("/"))) {
        if (files.length >= limit) return { files, cut: true, hasFlake };
        files.push(file);
      }
    }
  }
  return { files: files.toSorted(), cut: false, hasFlake };
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}
