import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { URI } from "vscode-uri";
import type { Reading } from "../network/machines.ts";
import type { Machine, Network } from "../protocol.ts";
import { networkFileGlobs } from "./networkGlobs.ts";
import { isWithin, pathOf } from "./paths.ts";

/** What the list needs from the reader of the files. */
export interface ListedNetworksPorts {
  isOpen(uri: string): boolean;
  /** Called for every network that was read again. @param hasChanged whether its content has changed. */
  didRead(uri: string, hasChanged: boolean): void;
  /** A file with the name of a network that was not listed must be read again, because the reason for that is gone. */
  reconsider(uri: string): void;
}

/** Decides which files are networks, and keeps their content. */
export class ListedNetworks {
  readonly #ports: ListedNetworksPorts;
  readonly #networks = new Map<string, Network>();
  /** Networks that are recognized only by file name and machines: another network may use them as modules. */
  readonly #presumed = new Set<string>();
  /** Network -> the paths of its machines' modules. */
  readonly #modules = new Map<string, ReadonlySet<string>>();
  #folders: readonly string[] = [];
  #setting: readonly string[] = [];
  #globs = networkFileGlobs([]);

  constructor(ports: ListedNetworksPorts) {
    this.#ports = ports;
  }

  /** Sets the workspace's folders and the setting `morph.networkFiles`; returns whether the setting has changed. */
  configure(folders: readonly string[], globs: readonly string[]): boolean {
    const hasChanged = !isDeepStrictEqual(globs, this.#setting);
    this.#folders = folders;
    this.#setting = globs;
    this.#globs = networkFileGlobs(globs);
    return hasChanged;
  }

  get globs() {
    return this.#globs;
  }

  get(uri: string): Network | undefined {
    return this.#networks.get(uri);
  }

  has(uri: string): boolean {
    return this.#networks.has(uri);
  }

  /** Sorted by path. */
  all(): Network[] {
    return [...this.#networks.values()].toSorted((a, b) => a.uri.localeCompare(b.uri));
  }

  /** Whether a file has the name of a network. */
  isCalledSo(uri: string): boolean {
    return this.#globs.matches(this.#relativePath(uri));
  }

  /**
   * Lists a file if it is a network.
   *
   * @param isSettled whether all its imports were read. Until then its machines may be incomplete, and its kind may change.
   */
  take(uri: string, reading: Reading, isSettled: boolean): void {
    const { network } = reading;
    const verdict = this.#verdict(uri, reading, isSettled);
    if (verdict === "no") this.drop(uri);
    if (verdict === "no" || verdict === "open") return;
    if (verdict === "presumed") this.#presumed.add(uri);
    else this.#presumed.delete(uri);
    this.#set(isSettled ? network : unsettled(network, this.#networks.has(uri)));
    if (isSettled) this.#setModules(uri, reading.modules);
  }

  /**
   * Whether a file is a network: by the user's setting, by its content, or by its name and content together. An open file keeps
   * its kind until its content clearly shows another. `presumed`: another network may use it as a module.
   */
  #verdict(uri: string, { recognised, isSound }: Reading, isSettled: boolean): "yes" | "presumed" | "no" | "open" {
    const name = this.#relativePath(uri);
    if (recognised === "network" || this.#globs.names(name)) return "yes";
    if (this.isKnown(uri)) {
      if (recognised === "other" && isSettled && isSound) return "no";
      return this.#presumed.has(uri) ? "presumed" : "yes";
    }
    if (!isSettled) return "open";
    if (!this.#globs.matches(name) || this.#isModule(uri)) return "no";
    const isPlausible = recognised === "machines" || recognised === "unknown" || (recognised === "nothing" && !isSound);
    return isPlausible ? "presumed" : "no";
  }

  /** Whether a file is an open network, or a network by the user's setting. */
  isKnown(uri: string): boolean {
    return (this.#ports.isOpen(uri) && this.#networks.has(uri)) || this.#globs.names(this.#relativePath(uri));
  }

  /** Whether the machines of another network use a file as a module. */
  #isModule(uri: string): boolean {
    const file = pathOf(uri) ?? "";
    return [...this.#modules].some(([user, modules]) => user !== uri && modules.has(file));
  }

  /**
   * Modules of a network are not networks themselves, unless their content says so; files that are no longer modules may be.
   */
  #setModules(uri: string, modules: ReadonlySet<string>): void {
    const before = this.#modules.get(uri) ?? new Set();
    this.#modules.set(uri, modules);
    for (const file of modules) {
      const module = URI.file(file).toString();
      if (module !== uri && this.#presumed.has(module)) this.drop(module);
    }
    for (const file of before) if (!modules.has(file)) this.#reconsider(URI.file(file).toString());
  }

  /** Reads a file with the name of a network again, if the reason for not listing it is gone. */
  #reconsider(uri: string): void {
    if (this.#networks.has(uri) || !this.#globs.matches(this.#relativePath(uri))) return;
    this.#ports.reconsider(uri);
  }

  /** Relative to its workspace folder; only the name if it is outside all of them. */
  #relativePath(uri: string): string {
    const file = pathOf(uri);
    if (file === undefined) return "";
    const folder = this.#folders.find(candidate => isWithin(file, candidate)) ?? path.dirname(file);
    return path.relative(folder, file).split(path.sep).join("/");
  }

  #set(network: Network): void {
    const isSame = isDeepStrictEqual(this.#networks.get(network.uri), network);
    this.#networks.set(network.uri, network);
    this.#ports.didRead(network.uri, !isSame);
  }

  /** A file is not a network now. Its imports may make it one later. */
  drop(uri: string): void {
    this.#presumed.delete(uri);
    const modules = this.#modules.get(uri) ?? [];
    this.#modules.delete(uri);
    if (this.#networks.delete(uri)) this.#ports.didRead(uri, true);
    for (const file of modules) this.#reconsider(URI.file(file).toString());
  }
}

/** A network before all its imports have been read. The systems of a new one are unknown: imports may set others. */
function unsettled(network: Network, isListed: boolean): Network {
  const withoutSystem = (machine: Machine): Machine => ({
    ...machine,
    system: { origin: "stated" },
    buildSystem: undefined,
  });
  return { ...network, machines: isListed ? network.machines : network.machines.map(withoutSystem), complete: false };
}
