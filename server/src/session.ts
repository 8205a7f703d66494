import path from "node:path";
import {
  CodeLensRefreshRequest,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  TextDocuments,
} from "vscode-languageserver";
import { Builds } from "./builds/builds.ts";
import { buildWorld } from "./buildWorld.ts";
import { type ClientTraits, clientTraits } from "./clientTraits.ts";
import { Diagnostics } from "./diagnostics.ts";
import { EvaluatedNetworks } from "./evaluated/networks.ts";
import { EvaluateOnOpen } from "./evaluateOnOpen.ts";
import { registerFeatures } from "./featureHandlers.ts";
import { HealthReporter } from "./health.ts";
import { nixAssets } from "./nix/assets.ts";
import { BuildProgress } from "./progress.ts";
import type { BuildDelta, BuildSummary, Network } from "./protocol.ts";
import { evaluateAllMachines, registerRequests } from "./requestHandlers.ts";
import { readSettings, type Settings } from "./settings.ts";
import { NixDocument } from "./syntax/document.ts";
import { loadNixParser, type NixParser } from "./syntax/parser.ts";
import { Toolchain } from "./toolchain.ts";
import { isWithin, NetworkFiles, pathOf, type WorkspaceScan } from "./workspace/networkFiles.ts";
import { PathKinds } from "./workspace/pathKinds.ts";
import type { WorldParts } from "./worldParts.ts";

/** Lenses are drawn anew no more often than this (ms). */
const lensPeriod = 1000;

/** One client, from `initialize` to `shutdown`: composes the rooms and keeps them up to date. */
export class Session {
  readonly connection: Connection;
  readonly networks: NetworkFiles;
  readonly paths = new PathKinds();
  readonly toolchain: Toolchain;
  readonly builds: Builds;
  readonly world: WorldParts;
  readonly progress: BuildProgress;
  readonly traits: ClientTraits;
  readonly #documents: TextDocuments<NixDocument>;
  readonly #diagnostics: Diagnostics;
  readonly #health: HealthReporter;
  readonly #evaluateOnOpen: EvaluateOnOpen;
  #settings: Settings;
  #folders: readonly string[];
  #trusted: boolean;
  #found: WorkspaceScan = { cut: false, ignoredGlobs: [], hasOnlyFlakes: false };
  #didOpen: () => void = () => undefined;
  readonly #opened = new Promise<void>(resolve => {
    this.#didOpen = resolve;
  });
  #didScan: () => void = () => undefined;
  readonly #scanned = new Promise<void>(resolve => {
    this.#didScan = resolve;
  });
  /** Which machines are being built: lenses are drawn anew when this changes. */
  #lensState = "";
  #lensTimer: NodeJS.Timeout | undefined;
  #lensesAt = 0;

  constructor(connection: Connection, parser: NixParser, dist: string, traits: ClientTraits) {
    this.connection = connection;
    this.traits = traits;
    this.#trusted = traits.trusted;
    this.#folders = traits.folders;
    this.#settings = readSettings(traits.settings);
    this.networks = new NetworkFiles(parser, (uri, isOther) => this.#didReadNetwork(uri, isOther));
    this.toolchain = new Toolchain(this.#settings, () => this.#toolchainDidChange());
    this.world = {
      toolchain: this.toolchain,
      networks: this.networks,
      settings: () => this.#settings,
      assets: nixAssets(path.join(dist, "nix")),
      supervisor: path.join(dist, "supervisor.js"),
      evaluated: new EvaluatedNetworks(
        traits.storageDir,
        uri => this.networks.stamp(uri),
        uri => this.#tellNetwork(uri),
      ),
      mayEvaluate: uri => this.#trusted && this.toolchain.state.kind === "known" && this.#isVisible(uri),
      networkDidChange: uri => this.#tellNetwork(uri),
    };
    this.builds = new Builds(traits.storageDir, buildWorld(this.world), delta => this.#buildDidChange(delta));
    this.progress = new BuildProgress(connection, id => void this.builds.cancel(id));
    this.#health = new HealthReporter(connection);
    this.#diagnostics = new Diagnostics(connection, {
      network: uri => this.network(uri),
      paths: this.paths,
      nix: () => (this.isTrusted && this.toolchain.state.kind === "known" ? this.toolchain.nix : undefined),
      severities: () => this.#settings.severities,
    });
    this.#documents = new TextDocuments({
      create: (uri, _language, version, text) => new NixDocument(parser, uri, version, text),
      update: (document, changes, version) => {
        document.update(changes, version);
        return document;
      },
    });
    this.#listen();
    registerFeatures(this);
    registerRequests(this);
    this.#evaluateOnOpen = new EvaluateOnOpen(this, (uri, signal) => evaluateAllMachines(this, uri, signal));
  }

  get isTrusted(): boolean {
    return this.#trusted;
  }

  /** A network with what evaluation has told; undefined when the file is none. */
  network(uri: string): Network | undefined {
    const network = this.networks.get(uri);
    return network && this.world.evaluated.complete(network);
  }

  /** The same, once the workspace has been looked through; a network file that lies elsewhere is read now. */
  async findNetwork(uri: string): Promise<Network | undefined> {
    await this.#scanned;
    if (this.networks.get(uri) === undefined) await this.networks.didChangeFile(uri);
    await this.world.evaluated.load(uri);
    return this.network(uri);
  }

  /** Every network of the workspace, once it has been looked through. */
  async findNetworks(): Promise<Network[]> {
    await this.#scanned;
    await Promise.all(this.networks.all().map(({ uri }) => this.world.evaluated.load(uri)));
    return this.networks.all().flatMap(({ uri }) => this.network(uri) ?? []);
  }

  /** The builds whose network lies in the workspace, all of them when there is none, once they have been found. */
  async visibleBuilds(): Promise<BuildSummary[]> {
    await this.#opened;
    return this.builds.list().filter(({ uri }) => this.#isVisible(uri));
  }

  /** Begins to look at the world: settings, networks, Nix, builds. */
  async start(): Promise<void> {
    const opened = this.builds.open().then(this.#didOpen);
    if (this.traits.hasConfiguration) await this.#register();
    await this.#configure();
    // With the limits that the user has set: what was pruned by others would be lost.
    await opened;
    await this.builds.tidy();
  }

  stop(): void {
    clearTimeout(this.#lensTimer);
    this.builds.close();
  }

  #listen(): void {
    const { connection } = this;
    this.#documents.listen(connection);
    this.#documents.onDidChangeContent(({ document }) => {
      this.networks.didChangeDocument(document);
      this.#diagnostics.refresh(document);
    });
    this.#documents.onDidOpen(({ document }) => void this.#evaluateOnOpen.consider([document.uri]));
    this.#documents.onDidClose(({ document }) => {
      this.#diagnostics.close(document.uri);
      this.#evaluateOnOpen.close(document.uri);
      void this.networks.didCloseDocument(document.uri).finally(() => document.dispose());
    });
    connection.onDidChangeConfiguration(({ settings }) => void this.#configure(settings));
    connection.onDidChangeWatchedFiles(async ({ changes }) => {
      for (const { uri } of changes) await this.networks.didChangeFile(uri);
      this.#refreshDiagnostics();
    });
    connection.onNotification("morph/didGrantTrust", () => {
      this.#trusted = true;
      void this.toolchain.refresh();
      this.#considerEvaluating();
    });
  }

  async #register(): Promise<void> {
    const { client, workspace } = this.connection;
    await client.register(DidChangeConfigurationNotification.type, { section: "morph" });
    if (this.traits.watchesFiles)
      await client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: "**/*.nix" }] });
    workspace.onDidChangeWorkspaceFolders(async ({ added, removed }) => {
      const gone = new Set(removed.map(({ uri }) => pathOf(uri)));
      const come = added.flatMap(({ uri }) => pathOf(uri) ?? []);
      this.#folders = [...this.#folders.filter(folder => !gone.has(folder)), ...come];
      await this.#scan();
    });
  }

  /** @param pushed what a client without `workspace/configuration` sends with the notification. */
  async #configure(pushed?: unknown): Promise<void> {
    const section = this.traits.hasConfiguration
      ? await this.connection.workspace.getConfiguration("morph")
      : ((pushed as { morph?: unknown } | undefined)?.morph ?? this.traits.settings);
    this.#settings = readSettings(section);
    this.toolchain.configure(this.#settings);
    this.#refreshDiagnostics();
    await Promise.all([this.#scan(), this.#trusted ? this.toolchain.refresh() : undefined]);
    this.#considerEvaluating();
  }

  #considerEvaluating(): void {
    void this.#evaluateOnOpen.consider(this.networks.openDocuments().map(({ uri }) => uri));
  }

  async #scan(): Promise<void> {
    this.#found = await this.networks.scan(this.#folders, this.#settings.networkFiles);
    this.#didScan();
    this.#reportHealth();
  }

  /** While Nix has not answered yet, there is nothing to report. */
  #reportHealth(): void {
    if (!this.#trusted || this.toolchain.state.kind !== "unknown")
      this.#health.report(this.toolchain.state, this.#found);
  }

  #didReadNetwork(uri: string, isOther: boolean): void {
    if (isOther) this.#tellNetwork(uri);
    void this.world.evaluated.refresh(uri);
  }

  #refreshDiagnostics(): void {
    for (const document of this.networks.openDocuments()) this.#diagnostics.refresh(document);
  }

  #tellNetwork(uri: string): void {
    const document = this.networks.openDocument(uri);
    if (document !== undefined) this.#diagnostics.refresh(document);
    void this.connection.sendNotification("morph/networkDidChange", { uri });
    this.#refreshLenses();
  }

  #toolchainDidChange(): void {
    void this.connection.sendNotification("morph/buildersDidChange", {});
    this.#reportHealth();
    this.#refreshLenses();
    this.#refreshDiagnostics();
  }

  #buildDidChange(delta: BuildDelta): void {
    if (!this.#isVisible(delta.summary.uri)) return;
    void this.connection.sendNotification("morph/buildDidChange", delta);
    void this.progress.update(delta);
    const lensState = JSON.stringify(
      this.builds.list().map(({ id, state, progress }) => [id, state, progress.done, progress.expected]),
    );
    if (lensState !== this.#lensState) this.#refreshLenses();
    this.#lensState = lensState;
  }

  /** Editors wait until nothing asks them any more: asked ten times a second, they would show a running build of long ago. */
  #refreshLenses(): void {
    if (!this.traits.refreshesLenses || this.#lensTimer !== undefined) return;
    const wait = Math.max(0, this.#lensesAt + lensPeriod - Date.now());
    this.#lensTimer = setTimeout(() => {
      this.#lensTimer = undefined;
      this.#lensesAt = Date.now();
      void this.connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
    }, wait);
  }

  #isVisible(uri: string): boolean {
    const file = pathOf(uri);
    // A damaged record of whatever network is told in every window.
    const folders = [...this.#folders, path.join(this.traits.storageDir, "builds")];
    return this.#folders.length === 0 || (file !== undefined && folders.some(folder => isWithin(file, folder)));
  }
}

/** @param dist the folder of the built files. */
export async function createSession(connection: Connection, dist: string, params: InitializeParams): Promise<Session> {
  return new Session(connection, await loadNixParser(dist), dist, clientTraits(params));
}
