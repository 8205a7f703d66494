import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { URI } from "vscode-uri";
import type { Reading } from "../network/machines.ts";
import type { Machine, Network } from "../protocol.ts";
import { networkFileGlobs } from "./networkGlobs.ts";
import { isWithin, pathOf } from "./paths.ts";

/** What the list needs of whoever reads the files. */
export interface ListedNetworksPorts {
  isOpen(uri: string): boolean;
  /** Called for every network that was read again. @param isOther whether what it says has changed. */
  didRead(uri: string, isOther: boolean): void;
  /** A file that is called like a network and was none is to be read again, as what made it none has gone. */
  reconsider(uri: string): void;
}

/** Which files are networks, and what they say. */
export class ListedNetworks {
  readonly #ports: ListedNetworksPorts;
  readonly #networks = new Map<string, Network>();
  /** Networks that only their names and their machines speak for: another network may have them as modules. */
  readonly #presumed = new Set<string>();
  /** Network -> the paths of its machines' modules. */
  readonly #modules = new Map<string, ReadonlySet<string>>();
  #folders: readonly string[] = [];
  #setting: readonly string[] = [];
  #globs = networkFileGlobs([]);

  constructor(ports: ListedNetworksPorts) {
    this.#ports = ports;
  }

  /** Takes the workspace's folders and the setting `morph.networkFiles`; whether the setting has changed. */
  configure(folders: readonly string[], globs: readonly string[]): boolean {
    const isOther = !isDeepStrictEqual(globs, this.#setting);
    this.#folders = folders;
    this.#setting = globs;
    this.#globs = networkFileGlobs(globs);
    return isOther;
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

  /** By path. */
  all(): Network[] {
    return [...this.#networks.values()].toSorted((a, b) => a.uri.localeCompare(b.uri));
  }

  /** Whether a file is called like a network. */
  isCalledSo(uri: string): boolean {
    return this.#globs.matches(this.#relativePath(uri));
  }

  /**
   * Lists a file that is a network, and no other.
   *
   * @param isSettled whether all that it imports was read. Until then its machines are not complete, and what it is may change.
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
   * Whether a file is a network: by the user's word, by what it says, or by its name and what it says together. An open one stays
   * what it was until it says that it is something else. `presumed`: one that another network may have as a module.
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

  /** Whether a file is a network that is open, or one by the user's word. */
  isKnown(uri: string): boolean {
    return (this.#ports.isOpen(uri) && this.#networks.has(uri)) || this.#globs.names(this.#relativePath(uri));
  }

  /** Whether the machines of another network have a file as a module. */
  #isModule(uri: string): boolean {
    const file = pathOf(uri) ?? "";
    return [...this.#modules].some(([user, modules]) => user !== uri && modules.has(file));
  }

  /** What a network has as modules are no networks, unless they say so themselves; what it has no more may be. */
  #setModules(uri: string, modules: ReadonlySet<string>): void {
    const before = this.#modules.get(uri) ?? new Set();
    this.#modules.set(uri, modules);
    for (const file of modules) {
      const module = URI.file(file).toString();
      if (module !== uri && this.#presumed.has(module)) this.drop(module);
    }
    for (const file of before) if (!modules.has(file)) this.#reconsider(URI.file(file).toString());
  }

  /** Reads a file again that is called like a network and is none, as what made it none has gone. */
  #reconsider(uri: string): void {
    if (this.#networks.has(uri) || !this.#globs.matches(this.#relativePath(uri))) return;
    this.#ports.reconsider(uri);
  }

  /** From its workspace folder on; the name alone of a file that is in none. */
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

  /** A file is no network now. What it imports may make it one. */
  drop(uri: string): void {
    this.#presumed.delete(uri);
    const modules = this.#modules.get(uri) ?? [];
    this.#modules.delete(uri);
    if (this.#networks.delete(uri)) this.#ports.didRead(uri, true);
    for (const file of modules) this.#reconsider(URI.file(file).toString());
  }
}

/**
 * A network before all that it imports has been read. Of one that is new no system is known yet: what is imported may state
 * another one.
 */
function unsettled(network: Network, isListed: boolean): Network {
  const withoutSystem = (machine: Machine): Machine => ({
    ...machine,
    system: { origin: "stated" },
    buildSystem: undefined,
  });
  return { ...network, machines: isListed ? network.machines : network.machines.map(withoutSystem), complete: false };
}
