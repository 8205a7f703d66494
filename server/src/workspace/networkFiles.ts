import { readFile } from "node:fs/promises";
import path from "node:path";
import { URI } from "vscode-uri";
import { networkFileMatcher } from "../network/files.ts";
import { looksLikeNetwork, readNetwork } from "../network/network.ts";
import type { Network } from "../protocol.ts";
import { NixDocument } from "../syntax/document.ts";
import type { NixParser } from "../syntax/parser.ts";
import { scanFolder } from "./scan.ts";

/** A file that is larger than this is no network that anybody wrote (bytes). */
const maxBytes = 5 * 1024 * 1024;

/** The networks of the workspace: those that are open as their editor has them, the others as the disk has them. */
export class NetworkFiles {
  readonly #parser: NixParser;
  readonly #didChange: (uri: string) => void;
  readonly #networks = new Map<string, Network>();
  readonly #open = new Map<string, NixDocument>();
  #folders: readonly string[] = [];
  #matches = networkFileMatcher([]);

  constructor(parser: NixParser, didChange: (uri: string) => void) {
    this.#parser = parser;
    this.#didChange = didChange;
  }

  get(uri: string): Network | undefined {
    return this.#networks.get(uri);
  }

  /** By path. */
  all(): Network[] {
    return [...this.#networks.values()].toSorted((a, b) => a.uri.localeCompare(b.uri));
  }

  openDocument(uri: string): NixDocument | undefined {
    return this.#open.get(uri);
  }

  openDocuments(): NixDocument[] {
    return [...this.#open.values()];
  }

  /** Looks for network files in the workspace's folders (paths). Whether some were left out because there are too many. */
  async scan(folders: readonly string[], globs: readonly string[]): Promise<{ readonly cut: boolean }> {
    this.#folders = folders;
    this.#matches = networkFileMatcher(globs);
    const results = await Promise.all(folders.map(folder => scanFolder(folder, this.#matches)));
    const found = new Set(results.flatMap(({ files }) => files).map(file => URI.file(file).toString()));
    for (const uri of [...this.#networks.keys()]) if (!found.has(uri) && !this.#open.has(uri)) this.#drop(uri);
    for (const document of this.#open.values()) this.didChangeDocument(document);
    for (const uri of found) await this.#readFromDisk(uri);
    return { cut: results.some(({ cut }) => cut) };
  }

  /** An editor has a document, or its text is another now. */
  didChangeDocument(document: NixDocument): void {
    this.#open.set(document.uri, document);
    if (this.#isNamedLikeNetwork(document.uri) || looksLikeNetwork(document)) this.#set(readNetwork(document));
    else this.#drop(document.uri);
  }

  /** An editor let go of a document: what the disk has counts again. */
  async didCloseDocument(uri: string): Promise<void> {
    this.#open.delete(uri);
    if (this.#isNamedLikeNetwork(uri)) await this.#readFromDisk(uri);
    else this.#drop(uri);
  }

  /** A file appeared, changed or vanished. */
  async didChangeFile(uri: string): Promise<void> {
    if (this.#isNamedLikeNetwork(uri)) await this.#readFromDisk(uri);
  }

  #isNamedLikeNetwork(uri: string): boolean {
    const file = pathOf(uri);
    if (file === undefined) return false;
    const folder = this.#folders.find(candidate => isWithin(file, candidate)) ?? path.dirname(file);
    return this.#matches(path.relative(folder, file).split(path.sep).join("/"));
  }

  async #readFromDisk(uri: string): Promise<void> {
    const file = pathOf(uri);
    if (file === undefined || this.#open.has(uri)) return;
    const text = await readFile(file).catch(() => undefined);
    // It may have been opened meanwhile, and then the editor's text counts.
    if (this.#open.has(uri)) return;
    if (text === undefined || text.length > maxBytes) return this.#drop(uri);
    const document = new NixDocument(this.#parser, uri, 0, text.toString("utf8"));
    try {
      this.#set(readNetwork(document));
    } finally {
      document.dispose();
    }
  }

  #set(network: Network): void {
    this.#networks.set(network.uri, network);
    this.#didChange(network.uri);
  }

  #drop(uri: string): void {
    if (this.#networks.delete(uri)) this.#didChange(uri);
  }
}

/** The path of a `file:` URI; undefined for any other. */
export function pathOf(uri: string): string | undefined {
  const parsed = URI.parse(uri);
  return parsed.scheme === "file" ? parsed.fsPath : undefined;
}

/** Whether a path is a folder or below it. */
export function isWithin(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative === "" || (!relative.startsWith(`..${path.sep}`) && relative !== ".." && !path.isAbsolute(relative));
}
