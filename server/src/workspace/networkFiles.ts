import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { URI } from "vscode-uri";
import { networkFileGlobs } from "../network/files.ts";
import { IncrementalNetwork } from "../network/incremental.ts";
import { looksLikeNetwork } from "../network/network.ts";
import type { Source, Sources } from "../partial/sources.ts";
import type { Network } from "../protocol.ts";
import { readBounded } from "../storage/regularFile.ts";
import { NixDocument } from "../syntax/document.ts";
import type { NixParser } from "../syntax/parser.ts";
import { scanFolder } from "./scan.ts";
import { isTouchedBy, SourceCache } from "./sourceCache.ts";
import { TextStamps } from "./textStamps.ts";

/** A file that is larger than this is no network that anybody wrote (bytes). */
const maxBytes = 5 * 1024 * 1024;

/** Imports of imports are followed so far. */
const maxRounds = 50;

/** What looking through the workspace has told besides the networks. */
export interface WorkspaceScan {
  /** Some network files were left out because there are too many. */
  readonly cut: boolean;
  /** Globs that are not valid, or too long together. */
  readonly ignoredGlobs: readonly string[];
  /** There is a `flake.nix` and no network file. */
  readonly hasOnlyFlakes: boolean;
}

/** The networks of the workspace: those that are open as their editor has them, the others as the disk has them. */
export class NetworkFiles {
  readonly #parser: NixParser;
  readonly #didRead: (uri: string, isOther: boolean) => void;
  readonly #networks = new Map<string, Network>();
  readonly #open = new Map<string, NixDocument>();
  readonly #sources: SourceCache;
  /** Of the networks that are open. */
  readonly #readers = new Map<string, IncrementalNetwork>();
  /** Network -> the paths that it was read with. */
  readonly #used = new Map<string, ReadonlySet<string>>();
  readonly #stamps = new TextStamps();
  /** Closed network -> its text. */
  readonly #closed = new Map<string, Source>();
  /** Networks that are being read from the disk. */
  readonly #reading = new Map<string, Promise<void>>();
  #folders: readonly string[] = [];
  #globs = networkFileGlobs([]);

  /** @param didRead is told of every network that was read again, and whether what it says is another now. */
  constructor(parser: NixParser, didRead: (uri: string, isOther: boolean) => void) {
    this.#parser = parser;
    this.#didRead = didRead;
    this.#sources = new SourceCache(parser, file => this.#open.get(URI.file(file).toString()));
  }

  get(uri: string): Network | undefined {
    return this.#networks.get(uri);
  }

  /** By path. */
  all(): Network[] {
    return [...this.#networks.values()].toSorted((a, b) => a.uri.localeCompare(b.uri));
  }

  /** A stamp of all the text that a network was read from, its own and what it imports; undefined when it is none. */
  stamp(uri: string): string | undefined {
    const document = this.#open.get(uri);
    const own: Source | undefined = document === undefined ? this.#closed.get(uri) : { kind: "nix", document };
    if (own === undefined || !this.#networks.has(uri)) return undefined;
    const view = this.#sources.view();
    const imported = new Map([...(this.#used.get(uri) ?? [])].map(file => [file, view.at(file)] as const));
    return this.#stamps.ofNetwork(own, imported);
  }

  /** The same of what the disk has now, which is what Nix would read. */
  async stampOnDisk(uri: string): Promise<string | undefined> {
    await this.#readFromDisk(uri);
    return this.stamp(uri);
  }

  openDocument(uri: string): NixDocument | undefined {
    return this.#open.get(uri);
  }

  openDocuments(): NixDocument[] {
    return [...this.#open.values()];
  }

  /** Looks for network files in the workspace's folders (paths). */
  async scan(folders: readonly string[], globs: readonly string[]): Promise<WorkspaceScan> {
    this.#folders = folders;
    this.#globs = networkFileGlobs(globs);
    const results = await Promise.all(folders.map(folder => scanFolder(folder, this.#globs)));
    const found = new Set(results.flatMap(({ files }) => files).map(file => URI.file(file).toString()));
    for (const uri of [...this.#networks.keys()]) if (!found.has(uri) && !this.#open.has(uri)) this.#drop(uri);
    for (const document of this.#open.values()) this.#readOpen(document);
    for (const uri of found) await this.#readFromDisk(uri);
    return {
      cut: results.some(({ cut }) => cut),
      ignoredGlobs: this.#globs.ignored,
      hasOnlyFlakes: found.size === 0 && results.some(({ hasFlake }) => hasFlake),
    };
  }

  /** An editor has a document, or its text is another now. */
  didChangeDocument(document: NixDocument): void {
    this.#open.set(document.uri, document);
    this.#closed.delete(document.uri);
    this.#readOpen(document, true);
    this.#readUsersOf(document.uri);
  }

  /** An editor let go of a document: what the disk has counts again. */
  async didCloseDocument(uri: string): Promise<void> {
    this.#open.delete(uri);
    this.#readers.delete(uri);
    if (this.#isNamedLikeNetwork(uri)) await this.#readFromDisk(uri);
    else this.#drop(uri);
    this.#readUsersOf(uri);
  }

  /** A file appeared, changed or vanished. */
  async didChangeFile(uri: string): Promise<void> {
    this.#readUsersOf(uri);
    if (this.#isNamedLikeNetwork(uri)) await this.#readFromDisk(uri);
  }

  /** @param isEdited whether it is read because its own text is another. */
  #readOpen(document: NixDocument, isEdited = false): void {
    const { uri, version } = document;
    if (!this.#isNamedLikeNetwork(uri) && !looksLikeNetwork(document)) return this.#drop(uri);
    void this.#read(document, isEdited, () => this.#open.get(uri) === document && document.version === version);
  }

  /** Reads the networks anew that look at a file, or at the folder that it is in. */
  #readUsersOf(uri: string): void {
    const file = pathOf(uri);
    if (file === undefined) return;
    for (const touched of [file, path.dirname(file)]) this.#sources.forget(touched);
    for (const [user, used] of [...this.#used]) {
      if (user === uri || !isTouchedBy(used, file)) continue;
      const document = this.#open.get(user);
      if (document === undefined) void this.#readFromDisk(user);
      else this.#readOpen(document);
    }
  }

  /** Reads a network: at once what is known, and again as the files that it imports are loaded. */
  async #read(document: NixDocument, isEdited: boolean, isCurrent: () => boolean): Promise<void> {
    const reader = this.#readers.get(document.uri) ?? new IncrementalNetwork();
    if (this.#open.has(document.uri)) this.#readers.set(document.uri, reader);
    for (let round = 0; round < maxRounds; round++) {
      const view = this.#sources.view();
      const isFirst = isEdited && round === 0;
      const network = readOrNothing(reader, document, view, isFirst);
      // A part that was read again has looked at less than the whole.
      const before = isFirst ? (this.#used.get(network.uri) ?? []) : [];
      this.#used.set(network.uri, new Set([...before, ...view.used]));
      this.#set(network);
      if (view.wanted.size === 0) break;
      await this.#sources.load(view.wanted);
      if (!isCurrent()) return;
    }
    this.#sources.prune(file => [...this.#used.values()].some(used => used.has(file)));
  }

  #isNamedLikeNetwork(uri: string): boolean {
    const file = pathOf(uri);
    if (file === undefined) return false;
    const folder = this.#folders.find(candidate => isWithin(file, candidate)) ?? path.dirname(file);
    return this.#globs.matches(path.relative(folder, file).split(path.sep).join("/"));
  }

  /** One time after the other, so that what was read last is what counts. */
  async #readFromDisk(uri: string): Promise<void> {
    const read = () => this.#readOnceFromDisk(uri);
    const reading = (this.#reading.get(uri) ?? Promise.resolve()).then(read, read);
    this.#reading.set(uri, reading);
    await reading.finally(() => {
      if (this.#reading.get(uri) === reading) this.#reading.delete(uri);
    });
  }

  async #readOnceFromDisk(uri: string): Promise<void> {
    const file = pathOf(uri);
    if (file === undefined || this.#open.has(uri)) return;
    const text = await readBounded(file, maxBytes);
    // It may have been opened meanwhile, and then the editor's text counts.
    if (this.#open.has(uri)) return;
    if (text === undefined) return this.#drop(uri);
    const document = new NixDocument(this.#parser, uri, 0, text.toString("utf8"));
    this.#closed.set(uri, { kind: "text", text: document.text });
    try {
      await this.#read(document, false, () => !this.#open.has(uri));
    } finally {
      document.dispose();
    }
  }

  #set(network: Network): void {
    const isSame = isDeepStrictEqual(this.#networks.get(network.uri), network);
    this.#networks.set(network.uri, network);
    this.#didRead(network.uri, !isSame);
  }

  #drop(uri: string): void {
    this.#used.delete(uri);
    this.#closed.delete(uri);
    if (this.#networks.delete(uri)) this.#didRead(uri, true);
  }
}

/** Reads a network, of which nothing is known where that fails: no text should make it, and if one does it is alone with it. */
function readOrNothing(
  reader: IncrementalNetwork,
  document: NixDocument,
  sources: Sources,
  isEdited: boolean,
): Network {
  try {
    return reader.read(document, sources, isEdited);
  } catch {
    return { uri: document.uri, machines: [], complete: false, problems: [] };
  }
}

/** The path of a `file:` URI; undefined for any other, and for text that is no URI. */
export function pathOf(uri: string): string | undefined {
  if (!/^file:/i.test(uri)) return undefined;
  try {
    const { fsPath } = URI.parse(uri);
    return fsPath.includes("\0") ? undefined : fsPath;
  } catch {
    return undefined;
  }
}

/** Whether a path is a folder or below it. */
export function isWithin(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative === "" || (!relative.startsWith(`..${path.sep}`) && relative !== ".." && !path.isAbsolute(relative));
}
