import { stat } from "node:fs/promises";
import path from "node:path";
import { URI } from "vscode-uri";
import { pathOf } from "./paths.ts";

export type PathKind = "file" | "folder" | "missing";

/** The most paths in the cache. */
const maxPaths = 20_000;

/** The kinds of the paths that documents contain. They are read in the background, so that lookups never wait. */
export class PathKinds {
  readonly #kinds = new Map<string, PathKind>();

  /** The last known kind; undefined if it was not read. */
  at(file: string): PathKind | undefined {
    return this.#kinds.get(file);
  }

  /** Reads the kinds of these paths again, and of the `default.nix` of those that are folders. */
  async look(files: Iterable<string>): Promise<void> {
    if (this.#kinds.size > maxPaths) this.#kinds.clear();
    await Promise.all(
      [...new Set(files)].map(async file => {
        const kind = await kindOfPath(file);
        this.#kinds.set(file, kind);
        if (kind !== "folder") return;
        const entry = path.join(file, "default.nix");
        this.#kinds.set(entry, await kindOfPath(entry));
      }),
    );
  }

  /**
   * The URI of the file that a path literal of a document refers to; for a folder its `default.nix`. Until its kind is known, a
   * path that ends like a file name counts as a file, and any other as a folder.
   */
  resolve(document: string, literal: string): string | undefined {
    const file = absolutePath(document, literal);
    if (file === undefined) return undefined;
    const kind = this.at(file) ?? (path.extname(file) === "" ? "folder" : "file");
    const target = kind === "folder" ? path.join(file, "default.nix") : file;
    return kind === "missing" || this.at(target) === "missing" ? undefined : URI.file(target).toString();
  }
}

/** The absolute path of a path literal; undefined if the document is not on disk. */
export function absolutePath(document: string, literal: string): string | undefined {
  const file = pathOf(document);
  return file === undefined ? undefined : path.resolve(path.dirname(file), literal);
}

/** The kind of a path on disk now. Never rejects. */
export async function kindOfPath(file: string): Promise<PathKind> {
  try {
    return (await stat(file)).isDirectory() ? "folder" : "file";
  } catch {
    return "missing";
  }
}
