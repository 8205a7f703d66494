import { once } from "node:events";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { Location } from "vscode-languageserver-types";
import { URI } from "vscode-uri";
import { type Log, silentLog } from "../logging/log.ts";
import { attributeIn, type WrittenAttribute } from "../network/attributeIn.ts";
import { IncrementalNetwork } from "../network/incremental.ts";
import { unreadableReading } from "../network/machines.ts";
import { optionPlace } from "../network/optionPlace.ts";
import type { Network } from "../protocol.ts";
import type { Source } from "../staticEvaluation/values/sources.ts";
import { readBounded, readRegular } from "../storage/regularFile.ts";
import { NixDocument } from "../syntax/document.ts";
import type { NixParser } from "../syntax/parser.ts";
import { QueueByKey } from "../util/queue.ts";
import { ListedNetworks } from "./listedNetworks.ts";
import { type FactReader, machineFacts } from "./machineFacts.ts";
import { pathOf } from "./paths.ts";
import { readOrNothing } from "./reading.ts";
import { scanFolder } from "./scan.ts";
import { isTouchedBy, SourceCache } from "./sourceCache.ts";
import { TextStamps } from "./textStamps.ts";

/** Larger files are not read as networks (bytes). */
const maxBytes = 5 * 1024 * 1024;

/** The longest time that a request waits for a network's imports (ms). */
const maxWait = 10_000;

/** The most files below the folder of a network that are searched. */
const maxSearched = 1000;

/** How many levels of imports are followed. */
const maxRounds = 50;

/** Other results of scanning the workspace, besides the networks. */
export interface WorkspaceScan {
  /** Some network files are not listed because there are too many. */
  readonly cut: boolean;
  /** Globs that are invalid, or make the setting too long. */
  readonly ignoredGlobs: readonly string[];
  /** There is a `flake.nix` but no network file. */
  readonly hasOnlyFlakes: boolean;
}

/** The networks of the workspace: open ones as in their editor, the others as on disk. */
export class NetworkFiles {
  readonly #parser: NixParser;
  readonly #log: Log;
  readonly #listed: ListedNetworks;
  readonly #open = new Map<string, NixDocument>();
  readonly #sources: SourceCache;
  /** For open networks. */
  readonly #readers = new Map<string, IncrementalNetwork>();
  /** Network -> the paths of the files that it was read from. */
  readonly #used = new Map<string, ReadonlySet<string>>();
  /** Open network -> its text and those paths when it was last read completely. Edits are read incrementally. */
  readonly #wholes = new Map<string, { readonly text: string; readonly used: ReadonlySet<string> }>();
  /** Network -> what it was when its text was last valid and all its imports had been read. */
  readonly #good = new Map<string, Network>();
  readonly #stamps = new TextStamps();
  /** Closed network -> its text. */
  readonly #closed = new Map<string, Source>();
  /** Files being read from disk. */
  readonly #reading = new QueueByKey();
  /** Open files being read together with their imports. */
  readonly #settling = new Map<string, Promise<void>>();

  /** @param didRead called for every network that was read again, and with whether its content has changed. */
  constructor(parser: NixParser, didRead: (uri: string, hasChanged: boolean) => void, log: Log = silentLog) {
    this.#log = log;
    this.#parser = parser;
    this.#listed = new ListedNetworks({
      isOpen: uri => this.#open.has(uri),
      didRead,
      reconsider: uri => this.#reconsider(uri),
    });
    this.#sources = new SourceCache(parser, file => this.#open.get(URI.file(file).toString()));
  }

  get(uri: string): Network | undefined {
    return this.#listed.get(uri);
  }

  /** Resolves when a file and all its imports have been read, or after ten seconds. */
  async settled(uri: string): Promise<void> {
    const end = AbortSignal.timeout(maxWait);
    const late = once(end, "abort");
    for (;;) {
      const busy = this.#reading.busy(uri) ?? this.#settling.get(uri);
      if (busy === undefined || end.aborted) return;
      await Promise.race([busy, late]);
    }
  }

  /** By path. */
  all(): Network[] {
    return this.#listed.all();
  }

  /** A stamp of all the text that a network was read from, including its imports; undefined if it is not a network. */
  stamp(uri: string): string | undefined {
    const document = this.#open.get(uri);
    const own: Source | undefined = document === undefined ? this.#closed.get(uri) : { kind: "nix", document };
    if (own === undefined || !this.#listed.has(uri)) return undefined;
    const view = this.#sources.view();
    const imported = new Map([...(this.#used.get(uri) ?? [])].map(file => [file, view.at(file)] as const));
    return this.#stamps.ofNetwork(own, imported);
  }

  /**
   * The same for the current files on disk, which Nix would read. An open network is read completely, because after incremental
   * reading it may still have paths that it no longer uses.
   */
  async stampOnDisk(uri: string): Promise<string | undefined> {
    const document = this.#open.get(uri);
    if (document === undefined) await this.#readFromDisk(uri);
    else this.#readOpen(document);
    await this.settled(uri);
    return this.stamp(uri);
  }

  /** Sizes and times of the files that a network was read from, to detect changes on disk. */
  async fingerprint(uri: string): Promise<string> {
    const files = [pathOf(uri) ?? "", ...(this.#used.get(uri) ?? [])];
    const found = files.toSorted().map(async file => {
      const stats = await stat(file, { bigint: true }).catch(() => undefined);
      return [file, String(stats?.ino), String(stats?.size), String(stats?.mtimeNs)];
    });
    return JSON.stringify(await Promise.all(found));
  }

  /** The position at which an option of a network's machine, or an attribute of its file, is set (`optionPlace`). */
  placeOf(uri: string, machine: string | undefined, option: readonly string[]): Location | undefined {
    const open = this.#open.get(uri);
    const closed = this.#closed.get(uri);
    if (open !== undefined) return optionPlace(open, this.#sources.view(), machine, option);
    if (closed?.kind !== "text") return undefined;
    const document = new NixDocument(this.#parser, uri, 0, closed.text);
    try {
      return optionPlace(document, this.#sources.view(), machine, option);
    } finally {
      document.dispose();
    }
  }

  /** Where a file sets an option, judging by its syntax; empty if it cannot be read. */
  async attributesIn(uri: string, option: readonly string[]): Promise<readonly WrittenAttribute[]> {
    const open = this.#open.get(uri);
    if (open !== undefined) return attributeIn(open, option);
    const text = await this.textOf(uri);
    if (text === undefined) return [];
    const document = new NixDocument(this.#parser, uri, 0, text);
    try {
      return attributeIn(document, option);
    } finally {
      document.dispose();
    }
  }

  /**
   * What the machines that use a file set (`machineFacts`). The file is a module of networks, or a network itself.
   *
   * @param owners in a network, the machines that set such a thing; undefined: it may be any.
   */
  machineFacts<Facts>(
    uri: string,
    reader: FactReader<Facts>,
    owners?: ReadonlySet<string>,
  ): readonly Facts[] | undefined {
    const file = pathOf(uri) ?? "";
    const users = [...this.#used].flatMap(([user, used]) => (user === uri || used.has(file) ? [user] : []));
    const closed: NixDocument[] = [];
    try {
      const texts = users.flatMap(user => {
        const [network, text] = [this.#listed.get(user), this.#closed.get(user)];
        const open = this.#open.get(user);
        if (network === undefined || (open === undefined && text?.kind !== "text")) return [];
        const document = open ?? new NixDocument(this.#parser, user, 0, text?.kind === "text" ? text.text : "");
        if (open === undefined) closed.push(document);
        return [{ network, document, sources: this.#sources.view() }];
      });
      return machineFacts(uri, texts, owners, reader);
    } finally {
      for (const document of closed) document.dispose();
    }
  }

  /** The Nix files that a network is read from, and those below its folder, at most `maxSearched` (URIs). */
  async nixFilesOf(uri: string): Promise<readonly string[]> {
    const file = pathOf(uri);
    if (file === undefined) return [];
    const below = await scanFolder(path.dirname(file), { matches: name => name.endsWith(".nix") }, maxSearched);
    const used = [...(this.#used.get(uri) ?? [])].filter(each => each.endsWith(".nix"));
    return [...new Set([file, ...used, ...below.files])].map(each => URI.file(each).toString());
  }

  /** The text of any file, as in its editor or else on disk; undefined if it cannot be read. */
  async textOf(uri: string): Promise<string | undefined> {
    const file = pathOf(uri);
    const open = this.#open.get(uri)?.text;
    if (open !== undefined || file === undefined) return open;
    return (await readBounded(file, maxBytes))?.toString("utf8");
  }

  openDocument(uri: string): NixDocument | undefined {
    return this.#open.get(uri);
  }

  /** The text of a file that networks import, or of its `default.nix`, if it has been read. */
  imported(file: string): NixDocument | undefined {
    const view = this.#sources.view();
    const found = [file, path.join(file, "default.nix")].map(each => view.at(each)).find(each => each?.kind === "nix");
    return found?.document;
  }

  openDocuments(): NixDocument[] {
    return [...this.#open.values()];
  }

  /** Finds the network files in the workspace's folders (paths). */
  async scan(folders: readonly string[], globs: readonly string[]): Promise<WorkspaceScan> {
    const hasChanged = this.#listed.configure(folders, globs);
    const results = await Promise.all(folders.map(folder => scanFolder(folder, this.#listed.globs)));
    const found = new Set(results.flatMap(({ files }) => files).map(file => URI.file(file).toString()));
    for (const uri of [...this.#used.keys()]) if (!found.has(uri) && !this.#open.has(uri)) this.#forget(uri);
    for (const document of this.#open.values()) {
      if (hasChanged) this.#listed.drop(document.uri);
      this.#readOpen(document);
    }
    for (const uri of found) await this.#readFromDisk(uri);
    return {
      cut: results.some(({ cut }) => cut),
      ignoredGlobs: this.#listed.globs.ignored,
      hasOnlyFlakes: found.size === 0 && results.some(({ hasFlake }) => hasFlake),
    };
  }

  /** A document was opened or changed. */
  didChangeDocument(document: NixDocument): void {
    this.#open.set(document.uri, document);
    this.#closed.delete(document.uri);
    this.#readOpen(document, true);
    this.#readUsersOf(document.uri);
  }

  /** A document was closed: its content on disk counts again. */
  async didCloseDocument(uri: string): Promise<void> {
    this.#open.delete(uri);
    this.#readers.delete(uri);
    this.#wholes.delete(uri);
    if (this.#listed.isCalledSo(uri)) await this.#readFromDisk(uri);
    else this.#forget(uri);
    this.#readUsersOf(uri);
  }

  /** A file was created, changed or deleted. */
  async didChangeFile(uri: string): Promise<void> {
    this.#readUsersOf(uri);
    if (this.#listed.isCalledSo(uri)) await this.#readFromDisk(uri);
  }

  /** @param isEdited whether it is read because its own text changed. */
  #readOpen(document: NixDocument, isEdited = false): void {
    const { uri, version } = document;
    const isCurrent = () => this.#open.get(uri) === document && document.version === version;
    const settling = this.#read(document, isEdited, isCurrent).finally(() => {
      if (this.#settling.get(uri) === settling) this.#settling.delete(uri);
    });
    this.#settling.set(uri, settling);
  }

  /** Reads the networks again that use a file, or list the folder that it is in. */
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

  /** Reads a file: immediately with what is known, and again as its imports are loaded. */
  async #read(document: NixDocument, isEdited: boolean, isCurrent: () => boolean): Promise<void> {
    const { uri } = document;
    const earlier = this.#readers.get(uri);
    const reader = earlier ?? new IncrementalNetwork();
    const isWhole = !isEdited || earlier === undefined;
    if (this.#open.has(uri)) this.#readers.set(uri, reader);
    if (this.#isNoCandidate(document)) return this.#listed.take(uri, unreadableReading(uri, "nothing"), true);
    for (let round = 0; round < maxRounds; round++) {
      const view = this.#sources.view();
      const isFirst = isEdited && round === 0;
      const known = {
        isNetwork: this.#listed.isKnown(uri),
        good: this.#listed.has(uri) ? this.#good.get(uri) : undefined,
      };
      const reading = readOrNothing(this.#log, reader, document, view, isFirst, known);
      const used = isFirst && !isWhole ? this.#usedByEdited(document, view.used) : view.used;
      this.#used.set(uri, used);
      const isSettled = view.wanted.size === 0;
      if (isSettled && reading.isSound) this.#good.set(uri, reading.network);
      if (isSettled && isWhole && this.#open.has(uri)) this.#wholes.set(uri, { text: document.text, used });
      this.#listed.take(uri, reading, isSettled);
      if (isSettled) break;
      await this.#sources.load(view.wanted);
      if (!isCurrent()) return;
    }
    this.#sources.prune(file => [...this.#used.values()].some(used => used.has(file)));
  }

  /** The paths of an edited text: incremental reading uses fewer files than reading it completely. */
  #usedByEdited({ uri, text }: NixDocument, read: ReadonlySet<string>): ReadonlySet<string> {
    const whole = this.#wholes.get(uri);
    return whole?.text === text ? whole.used : new Set([...(this.#used.get(uri) ?? []), ...read]);
  }

  /**
   * Whether a text with errors need not be read because nothing suggests a network: reading is slow, and every open Nix file
   * comes here.
   */
  #isNoCandidate(document: NixDocument): boolean {
    const { uri } = document;
    if (this.#listed.isKnown(uri) || this.#listed.isCalledSo(uri) || !document.root.hasError) return false;
    return !/\b(?:network|deployment)\b/.test(document.text);
  }

  #reconsider(uri: string): void {
    const document = this.#open.get(uri);
    if (document === undefined) void this.#readFromDisk(uri);
    else this.#readOpen(document);
  }

  /** One at a time, so that the last result counts. */
  async #readFromDisk(uri: string): Promise<void> {
    await this.#reading.add(uri, () => this.#readOnceFromDisk(uri));
  }

  async #readOnceFromDisk(uri: string): Promise<void> {
    const file = pathOf(uri);
    if (file === undefined || this.#open.has(uri)) return;
    const text = await readRegular(file, maxBytes).catch(error => this.#notRead(uri, error));
    // It may have been opened in the meantime: then the editor's text counts.
    if (this.#open.has(uri)) return;
    if (text === undefined) return this.#forget(uri);
    const document = new NixDocument(this.#parser, uri, 0, text.toString("utf8"));
    this.#closed.set(uri, { kind: "text", text: document.text });
    try {
      await this.#read(document, false, () => !this.#open.has(uri));
    } finally {
      document.dispose();
    }
  }

  /** A file that exists but cannot be read is logged, so that the user can find out why its machines are missing. */
  #notRead(uri: string, error: NodeJS.ErrnoException): undefined {
    if (error.code !== "ENOENT") this.#log.warning(`${uri} was not read`, error);
  }

  /** Drops what is known about a file. */
  #forget(uri: string): void {
    this.#used.delete(uri);
    this.#good.delete(uri);
    this.#closed.delete(uri);
    this.#listed.drop(uri);
  }
}
