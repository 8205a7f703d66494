import { stat } from "node:fs/promises";
import path from "node:path";
import { URI } from "vscode-uri";
import { pathOf } from "./paths.ts";

export type PathKind = "file" | "folder" | "missing";

/** More paths than these are not remembered. */
const maxPaths = 20_000;

/** What the disk has at paths that documents name. It is looked up beside, so that who asks never waits. */
export class PathKinds {
  readonly #kinds = new Map<string, PathKind>();

  /** The last answer of the disk; undefined when it was not asked. */
  at(file: string): PathKind | undefined {
    return this.#kinds.get(file);
  }

  /** Asks the disk again for these, and for the `default.nix` of those that are folders. */
  async look(files: Iterable<string>): Promise<void> {
    if (this.#kinds.size > maxPaths) this.#kinds.clear();
    await Promise.all(
      [...new Set(files)].map(async file => {
        const kind = await kindOf(file);
        this.#kinds.set(file, kind);
        if (kind !== "folder") return;
        const entry = path.join(file, "default.nix");
        this.#kinds.set(entry, await kindOf(entry));
      }),
    );
  }

  /**
   * The URI of the file that a path literal of a document stands for; a folder's is its `default.nix`. Until the disk has been
   * asked, a path that ends like a file is taken for one, and any other for a folder.
   */
  resolve(document: string, literal: string): string | undefined {
    const file = absolutePath(document, literal);
    if (file === undefined) return undefined;
    const kind = this.at(file) ?? (path.extname(file) === "" ? "folder" : "file");
    const target = kind === "folder" ? path.join(file, "default.nix") : file;
    return kind === "missing" || this.at(target) === "missing" ? undefined : URI.file(target).toString();
  }
}

/** The path that a path literal stands for; undefined when the document lies on no disk. */
export function absolutePath(document: string, literal: string): string | undefined {
  const file = pathOf(document);
  return file === undefined ? undefined : path.resolve(path.dirname(file), literal);
}

async function kindOf(file: string): Promise<PathKind> {
  try {
    return (await stat(file)).isDirectory() ? "folder" : "file";
  } catch {
    return "missing";
  }
}
