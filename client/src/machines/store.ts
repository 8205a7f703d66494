import * as vscode from "vscode";
import { Throttle } from "../../../server/src/common/throttle.ts";
import type { Machine, Network, NetworkChange } from "../../../server/src/protocol.ts";
import type { LanguageServer } from "../languageServer.ts";
import { contextKeys, contextLists } from "../manifest.ts";
import { setContextKey, setContextList } from "../registry.ts";
import { treePeriod } from "../util/changedRows.ts";
import { systemTimers } from "../util/timers.ts";
import { compareNetworks, findMachine, type NetworksChange, withChange } from "./changes.ts";

/** The networks that the server has published, kept up to date. */
export class MachinesStore implements vscode.Disposable {
  readonly #server: LanguageServer;
  readonly #change = new vscode.EventEmitter<NetworksChange>();
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly onDidChange = this.#change.event;
  #networks: readonly Network[] | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reading = false;
  /** Networks that changed since the last event. */
  readonly #changed = new Set<string>();
  /** Several changes are reported in one event. */
  readonly #events = new Throttle(treePeriod, () => this.#fire(), systemTimers);

  constructor(server: LanguageServer) {
    this.#server = server;
    this.#subscriptions = [
      server.onDidStart(() => this.#restart()),
      server.listen("morph/networkDidChange", change => this.#receive(change)),
    ];
  }

  /** Undefined until the server has answered. */
  get networks(): readonly Network[] | undefined {
    return this.#networks;
  }

  machine(uri: string, name: string): Machine | undefined {
    return findMachine(this.#networks ?? [], uri, name);
  }

  /** A network with its current positions: the server does not publish mere moves. Without a server, the last known one. */
  async current(uri: string): Promise<Network | undefined> {
    const network = await this.#server.request("morph/network", { textDocument: { uri } }).catch(() => undefined);
    return network ?? this.#networks?.find(known => known.uri === uri);
  }

  /** The revisions of a previous server are meaningless. */
  #restart(): void {
    this.#networks = this.#networks?.map(({ revision: _, ...network }) => network);
    this.#soon(0);
  }

  /** Applies a published change immediately, or requests the networks. */
  #receive(change: NetworkChange): void {
    const networks = this.#networks && withChange(this.#networks, change);
    if (networks === undefined) return this.#soon(treePeriod);
    this.#networks = networks;
    this.#changed.add(change.uri);
    this.#events.request();
  }

  #fire(): void {
    const uris = (this.#networks ?? []).flatMap(({ uri }) => (this.#changed.has(uri) ? [uri] : []));
    this.#changed.clear();
    if (uris.length > 0) this.#change.fire({ kind: "networks", uris });
  }

  /** Several changes of the text are followed by one request. */
  #soon(milliseconds: number): void {
    this.#timer ??= setTimeout(() => void this.#read(), milliseconds);
  }

  async #read(): Promise<void> {
    this.#timer = undefined;
    if (this.#reading) return this.#soon(treePeriod);
    this.#reading = true;
    try {
      this.#replace(await this.#server.request("morph/networks", {}));
    } catch {
      // The server is gone; the next one triggers another read.
    } finally {
      this.#reading = false;
    }
  }

  #replace(networks: readonly Network[]): void {
    const change: NetworksChange =
      this.#networks === undefined ? { kind: "list" } : compareNetworks(this.#networks, networks);
    this.#networks = networks;
    setContextKey(contextKeys.networks, networks.length === 0 ? "none" : "some");
    const paths = networks.map(({ uri }) => vscode.Uri.parse(uri, true).fsPath);
    setContextList(contextLists.networkPaths, paths);
    if (change.kind !== "none") this.#change.fire(change);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#events.dispose();
    for (const part of [this.#change, ...this.#subscriptions]) part.dispose();
  }
}
