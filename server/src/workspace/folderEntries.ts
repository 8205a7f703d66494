import { opendir } from "node:fs/promises";
import path from "node:path";
import { kindOfPath } from "./pathKinds.ts";

/** A file or folder that a Nix path can name as a module. `module`: a folder with a `default.nix`. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "module";
}

/** The most entries that are read, and the most folders that are searched for a `default.nix`. */
const [maxEntries, maxFolders] = [2000, 200];

/** Folders without modules: git's, npm's, and Nix's results. */
const skipped = /^(?:\.git|node_modules|result(?:-.*)?)$/;

/** The Nix files and the folders in a folder. Never rejects: one that cannot be read is empty. */
export async function folderEntries(folder: string): Promise<FolderEntry[]> {
  const [files, folders]: [string[], string[]] = [[], []];
  try {
    let count = 0;
    for await (const entry of await opendir(folder)) {
      if (++count > maxEntries) break;
      if (skipped.test(entry.name)) continue;
      const kind = entry.isSymbolicLink()
        ? await kindOfPath(path.join(folder, entry.name))
        : entry.isDirectory()
          ? "folder"
          : "file";
      if (kind === "folder") folders.push(entry.name);
      else if (kind === "file" && entry.name.endsWith(".nix")) files.push(entry.name);
    }
  } catch {
    return [];
  }
  const modules = await Promise.all(
    folders.slice(0, maxFolders).map(async name => {
      const kind = await kindOfPath(path.join(folder, name, "default.nix"));
      return kind === "file" ? [name] : [];
    }),
  );
  const withModule = new Set(modules.flat());
  return [
    ...files.map(name => ({ name, kind: "file" }) as const),
    ...folders.map(name => ({ name, kind: withModule.has(name) ? "module" : "folder" }) as const),
  ];
}
