import type { Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { URI } from "vscode-uri";
import type { Source, Sources } from "../staticEvaluation/values/sources.ts";
import { readBounded } from "../storage/regularFile.ts";
import { NixDocument } from "../syntax/document.ts";
import type { NixParser } from "../syntax/parser.ts";

/** A file that is larger than this is no module that anybody wrote (bytes). */
const maxBytes = 1024 * 1024;

/** When there are more than these, those that no network uses are let go. */
const maxSources = 500;

/** What one look at a network has asked for. */
export interface SourceView extends Sources {
  /** Every path that was looked at: when one of them changes, the network may be another. */
  readonly used: ReadonlySet<string>;
  /** Those that have not been loaded yet. */
  readonly wanted: ReadonlySet<string>;
}

/** The files that networks import: as their editor has them, else as the disk has them. */
export class SourceCache {
  readonly #parser: NixParser;
  /** Gives the open document at a path. */
  readonly #open: (path: string) => NixDocument | undefined;
  readonly #sources = new Map<string, Source>();
  /** What is being read. */
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

  /** Reads what a look has asked for in vain. What has changed meanwhile has to be asked for again. */
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

  /** What is at a path is another now. */
  forget(file: string): void {
    dispose(this.#sources.get(file));
    this.#sources.delete(file);
    this.#loading.delete(file);
  }

  /** Lets go of what is not used any more, when there is much of it. */
  prune(isUsed: (path: string) => boolean): void {
    if (this.#sources.size <= maxSources) return;
    for (const file of [...this.#sources.keys()]) if (!isUsed(file)) this.forget(file);
  }

  /** A device, a file that is too large and one that may not be read are as good as none. */
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

/** Whether a change of `file` may change what was seen at `used`: the path itself, or the listing of its folder. */
export function isTouchedBy(used: ReadonlySet<string>, file: string): boolean {
  return used.has(file) || used.has(path.dirname(file));
}
