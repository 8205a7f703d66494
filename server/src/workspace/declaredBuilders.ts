import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { URI } from "vscode-uri";
import { type Log, silentLog } from "../logging/log.ts";
import type { BuilderDeclarations } from "../network/builders/declared.ts";
import { type FoundDeclaration, foundIn } from "../network/builders/found.ts";
import { mayDeclareBuilders, mayDeclareBuildersIn } from "../network/builders/written.ts";
import { readBounded } from "../storage/regularFile.ts";
import { NixDocument } from "../syntax/document.ts";
import type { NixParser } from "../syntax/parser.ts";
import { pause } from "../util/pause.ts";
import { DeclarationReader, isAffected } from "./declarationReader.ts";
import { isWithin } from "./paths.ts";
import { isSkipped } from "./scan.ts";

export interface FoundDeclarations {
  /** By file and line. */
  readonly found: readonly FoundDeclaration[];
  /** Why not all files were read: there are too many, or it would take too long. */
  readonly partial?: "files" | "time" | undefined;
}

/** Limits of one search: for files, and for time (ms). */
export interface SearchLimits {
  readonly files: number;
  readonly time: number;
}

const defaultLimits: SearchLimits = { files: 5000, time: 2000 };

/** Larger files are not read (bytes): reading them takes too long for one time slice. */
const maxBytes = 512 * 1024;

/** How long changes are collected before their files are read again (ms). */
const quiet = 300;

/** How many files are read in parallel. */
const inParallel = 16;

/** What the search needs from the rest of the workspace. */
export interface DeclaredBuildersPorts {
  /** The workspace's folders (paths). */
  folders(): readonly string[];
  /** The open document at a path: it counts instead of the file. */
  open(file: string): NixDocument | undefined;
  /** What is declared has changed since the last search. */
  didChange(): void;
}

/** What is known of a file that declares something. */
interface KnownFile {
  readonly found: readonly FoundDeclaration[];
  readonly used: ReadonlySet<string>;
}

/** The builders that files of the workspace declare. Nothing is read before the first search. */
export class DeclaredBuilders {
  readonly #parser: NixParser;
  readonly #ports: DeclaredBuildersPorts;
  readonly #log: Log;
  readonly #limits: SearchLimits;
  readonly #reader: DeclarationReader;
  readonly #known = new Map<string, KnownFile>();
  /** The files that are still to be read; undefined before the first search, and after all were read. */
  #walk: AsyncGenerator<string> | undefined;
  #isStarted = false;
  #count = 0;
  /** There are more files than are read. */
  #isCut = false;
  /** Files that have changed since they were read. */
  readonly #stale = new Set<string>();
  /** Resolves when they have been read. */
  #waiting: Promise<void> | undefined;
  #parsing: Promise<void> = Promise.resolve();
  /** Searches and changes, one after another. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(parser: NixParser, ports: DeclaredBuildersPorts, log: Log = silentLog, limits = defaultLimits) {
    this.#parser = parser;
    this.#ports = ports;
    this.#log = log;
    this.#limits = limits;
    this.#reader = new DeclarationReader(parser, file => ports.open(file));
  }

  /** Searches the workspace, or continues where the last search ran out of time. Other requests are served meanwhile. */
  search(): Promise<FoundDeclarations> {
    return this.#inTurn(() => this.#search());
  }

  /** What an open document declares, whether or not the workspace was searched; undefined if its text changed meanwhile. */
  async declarationsIn(document: NixDocument): Promise<BuilderDeclarations | undefined> {
    const { uri, updates } = document;
    const file = URI.parse(uri).fsPath;
    const isCurrent = () => this.#ports.open(file) === document && document.updates === updates;
    return (await this.#reader.read(document, isCurrent))?.declarations;
  }

  /**
   * A file was created, changed, deleted or edited. Does nothing before the first search. Resolves when it has been read, together
   * with those that change shortly after it.
   */
  didChange(file: string): Promise<void> {
    this.#reader.forget(file);
    if (!this.#isStarted) return Promise.resolve();
    const open = this.#ports.open(file);
    const mayMatter = open === undefined || this.#known.has(file) || mayDeclareBuildersIn(open);
    const isOwn = file.endsWith(".nix") && this.#ports.folders().some(folder => isWithin(file, folder));
    if (isOwn && mayMatter) this.#stale.add(file);
    for (const [user, known] of this.#known) if (isAffected(known, file)) this.#stale.add(user);
    if (this.#stale.size === 0) return Promise.resolve();
    this.#waiting ??= pause(quiet, undefined, false).then(() => {
      this.#waiting = undefined;
      return this.#inTurn(async () => {
        if (await this.#rereadStale()) this.#ports.didChange();
      });
    });
    return this.#waiting;
  }

  /** The workspace's folders have changed: the next search starts from the beginning. */
  reset(): void {
    if (!this.#isStarted) return;
    void this.#inTurn(async () => {
      this.#isStarted = false;
      this.#walk = undefined;
      this.#known.clear();
      this.#stale.clear();
      this.#ports.didChange();
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#work.then(work);
    this.#work = next.catch(error => this.#log.error("the builders that the workspace declares were not read", error));
    return next;
  }

  async #search(): Promise<FoundDeclarations> {
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.#count = 0;
      this.#isCut = false;
      this.#walk = nixFiles(this.#ports.folders());
    }
    await this.#rereadStale();
    const partial = await this.#continue(performance.now() + this.#limits.time);
    const found = [...this.#known.values()].flatMap(known => known.found);
    return {
      found: found.toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1)),
      partial,
    };
  }

  /** Returns whether one of them declares something else than before. */
  async #rereadStale(): Promise<boolean> {
    const files = [...this.#stale];
    this.#stale.clear();
    let hasChanged = false;
    for (let at = 0; at < files.length; at += inParallel) {
      const changes = await Promise.all(files.slice(at, at + inParallel).map(file => this.#reread(file)));
      hasChanged ||= changes.includes(true);
    }
    return hasChanged;
  }

  /** Reads further files until the end of the time (ms). */
  async #continue(end: number): Promise<FoundDeclarations["partial"]> {
    const walk = this.#walk;
    if (walk === undefined) return this.#isCut ? "files" : undefined;
    let batch: string[] = [];
    const readBatch = async () => {
      await Promise.all(batch.map(file => this.#reread(file)));
      batch = [];
    };
    while (performance.now() < end) {
      const next = await walk.next();
      this.#isCut = next.done !== true && this.#count >= this.#limits.files;
      if (next.done === true || this.#isCut) {
        this.#walk = undefined;
        await readBatch();
        return this.#isCut ? "files" : undefined;
      }
      this.#count++;
      if (batch.push(next.value) >= inParallel) await readBatch();
    }
    await readBatch();
    return "time";
  }

  /** Reads a file again, and returns whether it declares something else than before. */
  async #reread(file: string): Promise<boolean> {
    const before = this.#known.get(file)?.found ?? [];
    const known = await this.#read(file).catch(error => this.#log.error(`${file} was not read`, error));
    if (known) this.#known.set(file, known);
    else this.#known.delete(file);
    return !isDeepStrictEqual(before, known ? known.found : []);
  }

  async #read(file: string): Promise<KnownFile | undefined> {
    const open = this.#ports.open(file);
    if (open !== undefined) {
      const { updates } = open;
      const isCurrent = () => this.#ports.open(file) === open && open.updates === updates;
      return mayDeclareBuildersIn(open) ? this.#readDocument(file, open, isCurrent) : undefined;
    }
    const text = (await readBounded(file, maxBytes))?.toString("utf8");
    if (text === undefined || !mayDeclareBuilders(text)) return undefined;
    await this.#turn();
    const document = new NixDocument(this.#parser, URI.file(file).toString(), 0, text);
    try {
      return await this.#readDocument(file, document, () => true);
    } finally {
      document.dispose();
    }
  }

  /** Resolves when other events have been handled: files are parsed one by one, each in a time slice of its own. */
  #turn(): Promise<void> {
    this.#parsing = this.#parsing.then(() => setImmediate());
    return this.#parsing;
  }

  async #readDocument(file: string, document: NixDocument, isCurrent: () => boolean): Promise<KnownFile | undefined> {
    const read = await this.#reader.read(document, isCurrent);
    return read && { used: read.used, found: foundIn(file, document, read.declarations) };
  }
}

/** The Nix files below folders, one folder after another. Follows no symbolic links; skips folders that cannot be read. */
async function* nixFiles(folders: readonly string[]): AsyncGenerator<string> {
  const isInAnother = (folder: string) => folders.some(other => other !== folder && isWithin(folder, other));
  const waiting = [...new Set(folders)].filter(folder => !isInAnother(folder));
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory() && !isSkipped(entry.name)) waiting.push(file);
      else if (entry.isFile() && entry.name.endsWith(".nix")) yield file;
    }
  }
}
