import path from "node:path";
import { URI } from "vscode-uri";
import type { Source, Sources } from "../../server/src/staticEvaluation/values/sources.ts";
import { nixDocument } from "./nixDocument.ts";

/** Files that are all loaded. @param files path -> text */
export function memorySources(files: Readonly<Record<string, string>>): Sources {
  const loaded = new Map<string, Source>();
  for (const [file, text] of Object.entries(files))
    loaded.set(
      file,
      file.endsWith(".nix")
        ? { kind: "nix", document: nixDocument(text, URI.file(file).toString()) }
        : { kind: "text", text },
    );
  for (const file of Object.keys(files)) addToFolders(loaded, file, "regular");
  return { at: file => loaded.get(file) ?? { kind: "missing" } };
}

function addToFolders(loaded: Map<string, Source>, file: string, kind: string): void {
  const folder = path.posix.dirname(file);
  if (folder === file) return;
  const known = loaded.get(folder);
  const entries = new Map(known?.kind === "folder" ? known.entries : []);
  entries.set(path.posix.basename(file), kind);
  loaded.set(folder, { kind: "folder", entries });
  addToFolders(loaded, folder, "directory");
}
