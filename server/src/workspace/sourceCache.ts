import type { Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { URI } from "vscode-uri";
import type { Source, Sources } from "../staticEvaluation/values/sources.ts";
import { readBounded } from "../storage/regularFile.ts";
import { NixDocument } from "../syntax/document.ts";
import type { NixParser } from "../syntax/parser.ts";

/** Larger files are not read as modules (bytes). */
const maxBytes = 1024 * 1024;

/** If there are more than this, those that no network uses are dropped. */
const maxSources = 500;

/** The sources for one reading of a network, with what it used. */
export interface SourceView extends Sources {
  /** All paths that were used: if one of them changes, the network may change. */
  readonly used: ReadonlySet<string>;
  /** Those that are not loaded yet. */
  readonly wanted: ReadonlySet<string>;
}

/** The files that networks import: as in their editor if open, else as on disk. */
export class SourceCache {
  readonly #parser: NixParser;
  /** Returns the open document at a path. */
  readonly #open: (path: string) => NixDocument | undefined;
  readonly #sources = new Map<string, Source>();
  /** The files being read. */
  readonly #loading = new Map<string, Promise<void>>();

  constructor(parser: NixParser, open: (path: string) => NixDocument | undefined) {
    this.#parser = parser;
    this.#open = open;
  }

  view(): SourceView {
    const used = new Set<string>();
    const wanted = new Set<string>();
    return {
      used,
      wanted,
      at: file => {
        used.add(file);
        const document = this.#open(file);
        if (document !== undefined) return { kind: "nix", document };
        const source = this.#sources.get(file);
        if (source === undefined) wanted.add(file);
        return source;
      },
    };
  }

  /** Reads the files that a reading wanted. One that changes in the meantime has to be requested again. */
  async load(paths: Iterable<string>): Promise<void> {
    await Promise.all([...paths].map(file => this.#loading.get(file) ?? this.#load(file)));
  }

  #load(file: string): Promise<void> {
    const isCurrent = () => this.#loading.get(file) === loading;
    const loading: Promise<void> = this.#read(file).then(source => {
      if (!isCurrent()) return dispose(source);
      this.forget(file);
      this.#sources.set(file, source);
    });
    this.#loading.set(file, loading);
    return loading;
  }

  /** Drops a file that has changed. */
  forget(file: string): void {
    dispose(this.#sources.get(file));
    this.#sources.delete(file);
    this.#loading.delete(file);
  }

  /** Drops unused files if there are many. */
  prune(isUsed: (path: string) => boolean): void {
    if (this.#sources.size <= maxSources) return;
    for (const file of [...this.#sources.keys()]) if (!isUsed(file)) this.forget(file);
  }

  /** A device, a file that is too large or one that may not be read counts as missing. */
  async #read(file: string): Promise<Source> {
    try {
      if ((await stat(file)).isDirectory()) return { kind: "folder", entries: await this.#entries(file) };
      const text = (await readBounded(file, maxBytes))?.toString("utf8");
      if (text === undefined) return { kind: "missing" };
      if (!file.endsWith(".nix")) return { kind: "text", text };
      return { kind: "nix", document: new NixDocument(this.#parser, URI.file(file).toString(), 0, text) };
    } catch {
      return { kind: "missing" };
    }
  }

  async #entries(folder: string): Promise<Map<string, string>> {
    const entries = await readdir(folder, { withFileTypes: true });
    return new Map(entries.map(entry => [entry.name, kindOf(entry)]));
  }
}

function dispose(source: Source | undefined): void {
  if (source?.kind === "nix") source.document.dispose();
}

function kindOf(entry: Pick<Stats, "isFile" | "isDirectory" | "isSymbolicLink">): string {
  if (entry.isFile()) return "regular";
  if (entry.isDirectory()) return "directory";
  return entry.isSymbolicLink() ? "symlink" : "unknown";
}

/** Whether a change of `file` affects one of the `used` paths: the file itself, or the listing of its folder. */
export function isTouchedBy(used: ReadonlySet<string>, file: string): boolean {
  return used.has(file) || used.has(path.dirname(file));
}
