import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import {
  CodeLensRefreshRequest,
  type Connection,
  type Diagnostic,
  Disposable,
  type InitializeParams,
  TextDocuments,
  type WorkspaceFoldersChangeEvent,
} from "vscode-languageserver";
import { URI } from "vscode-uri";
import { findBuilders } from "../builders/builders.ts";
import { BuilderChecks } from "../builders/check/checks.ts";
import { BuilderResults } from "../builders/proofs/results.ts";
import { Builds } from "../builds/builds.ts";
import { shortStamp } from "../builds/summary/stamp.ts";
import { CachedOutputs } from "../evaluation/cache/cachedOutputs.ts";
import { EvaluatedNetworks } from "../evaluation/cache/networks.ts";
import type { EvaluationContext } from "../evaluation/context.ts";
import { DeploymentChecks } from "../evaluation/deploymentChecks.ts";
import type { Log } from "../logging/log.ts";
import { mayDeclareBuildersIn } from "../network/builders/written.ts";
import { maySetSignatures } from "../network/signatures/written.ts";
import { nixAssets } from "../nix/evaluation/assets.ts";
import type { BuildDelta, BuildSummary, Network } from "../protocol.ts";
import { lspNotificationSchemas } from "../schemas/lsp.ts";
import { notificationSchemas } from "../schemas/requests.ts";
import { readSettings, type Settings } from "../settings/settings.ts";
import { NixDocument } from "../syntax/document.ts";
import { loadNixParser, type NixParser } from "../syntax/parser.ts";
import { Toolchain } from "../toolchain/toolchain.ts";
import { systemTimers } from "../util/timers.ts";
import { DeclaredBuilders } from "../workspace/declaredBuilders.ts";
import { NetworkFiles, type WorkspaceScan } from "../workspace/networkFiles.ts";
import { PathKinds } from "../workspace/pathKinds.ts";
import { isWithin, pathOf } from "../workspace/paths.ts";
import { builderText, signatureText } from "./builderText.ts";
import { createBuildPorts } from "./buildPorts.ts";
import { diagnosticsFor } from "./client/answers.ts";
import { issueText, onNotification } from "./client/incoming.ts";
import { type Notify, notifier } from "./client/notify.ts";
import { BuildProgress } from "./client/progress.ts";
import { register, settingsSection } from "./client/registration.ts";
import { type ClientTraits, clientTraits } from "./client/traits.ts";
import { Diagnostics } from "./diagnostics.ts";
import { EvaluateOnOpen } from "./evaluateOnOpen.ts";
import { FailureReports } from "./failures/failureReports.ts";
import { Failures } from "./failures/failures.ts";
import { placesOfFailure, searchedWorkspace } from "./failures/places.ts";
import { WorkspaceFolders } from "./folders.ts";
import { choiceForSystem } from "./handlers/builderChoice.ts";
import type { SessionContext } from "./handlers/context.ts";
import { registerFeatures } from "./handlers/features.ts";
import { evaluateAllMachines, registerRequests } from "./handlers/requests.ts";
import { HealthReporter } from "./health.ts";
import { withHydra } from "./hydra/buildHost.ts";
import type { CurrentHydra, HydraServers } from "./hydra/hydraServers.ts";
import { HydraMachines } from "./hydra/hydraStatus.ts";
import { openHydraServers } from "./hydra/openServers.ts";
import { LensRefresh } from "./lensRefresh.ts";
import { NetworkTexts } from "./networkTexts.ts";
import { PublishedDiagnostics } from "./publishedDiagnostics.ts";
import { PublishedNetworks } from "./publishedNetworks.ts";
import { sshHosts } from "./sshHosts.ts";
import { ToolchainReporter } from "./toolchainReport.ts";

/** One client, from `initialize` to `shutdown`: composes the rooms and keeps them up to date. */
export class Session implements SessionContext {
  readonly connection: Connection;
  readonly log: Log;
  readonly notify: Notify;
  readonly networks: NetworkFiles;
  readonly paths = new PathKinds();
  readonly declared: DeclaredBuilders;
  readonly toolchain: Toolchain;
  readonly checks: BuilderChecks;
  readonly builds: Builds;
  readonly evaluation: EvaluationContext;
  readonly deployments: DeploymentChecks;
  readonly progress: BuildProgress;
  readonly traits: ClientTraits;
  readonly failures: FailureReports;
  readonly hydra: HydraServers;
  readonly hydraMachines: HydraMachines;
  readonly #failures: Failures;
  /** Epoch ms. */
  readonly #startedAt = Date.now();
  readonly #publishedDiagnostics: PublishedDiagnostics;
  readonly #documents: TextDocuments<NixDocument>;
  readonly #diagnostics: Diagnostics;
  readonly #health: HealthReporter;
  readonly #tools: ToolchainReporter;
  readonly #published = new PublishedNetworks();
  readonly #evaluateOnOpen: EvaluateOnOpen;
  #settings: Settings;
  readonly #folders: WorkspaceFolders;
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
  /** An error occurred that no caller handled. */
  #failed = false;
  readonly #lenses = new LensRefresh(
    () => void this.#requestLenses(),
    () => this.#openMachines(),
    systemTimers,
  );
  readonly #texts = new NetworkTexts(
    {
      settled: uri => this.networks.settled(uri),
      stamp: uri => this.networks.stamp(uri),
      report: (uri, stamp) => this.#didSettle(uri, stamp),
    },
    systemTimers,
  );

  constructor(connection: Connection, log: Log, parser: NixParser, dist: string, traits: ClientTraits) {
    this.connection = connection;
    this.log = log;
    this.notify = notifier(connection, log);
    this.traits = traits;
    this.#trusted = traits.trusted;
    this.#folders = new WorkspaceFolders(traits.folders, traits.storageDir);
    this.#settings = readSettings(traits.settings);
    this.networks = new NetworkFiles(parser, (uri, hasChanged) => this.#didReadNetwork(uri, hasChanged), log);
    this.declared = new DeclaredBuilders(
      parser,
      {
        folders: () => this.#folders.list,
        open: file => this.networks.openDocument(URI.file(file).toString()),
        didChange: () => this.notify("morph/buildersDidChange", {}),
      },
      log,
    );
    this.checks = new BuilderChecks(new BuilderResults(traits.storageDir, log), log, () => this.toolchain.didLearn());
    this.toolchain = new Toolchain(this.#settings, () => this.#toolchainDidChange(), log, findBuilders, this.checks);
    this.evaluation = {
      log,
      toolchain: this.toolchain,
      networks: this.networks,
      settings: () => this.#settings,
      assets: nixAssets(path.join(dist, "nix")),
      storageDir: traits.storageDir,
      supervisor: path.join(dist, "supervisor.js"),
      evaluated: new EvaluatedNetworks(
        traits.storageDir,
        uri => this.networks.stamp(uri),
        uri => this.#didLearn(uri),
        log,
      ),
      cached: new CachedOutputs(),
      mayEvaluate: (uri: string) =>
        this.#trusted && this.toolchain.state.kind === "known" && this.#folders.isVisible(uri),
      isOwnFile: file => this.#folders.list.some(folder => isWithin(file, folder)),
      networkDidChange: (uri: string) => this.#didLearn(uri),
    };
    this.deployments = new DeploymentChecks(this.evaluation);
    this.#failures = new Failures({
      textOf: uri => this.networks.textOf(uri),
      placesOf: failure => placesOfFailure(failure, searchedWorkspace(this.networks)),
      isOwn: uri => this.#folders.isVisible(uri),
      didChange: uri => this.#publishedDiagnostics.didChange(uri),
    });
    this.failures = new FailureReports(this.#failures, {
      list: () => this.builds.list(),
      isCurrent: ({ uri, stamp, startedAt }) =>
        Date.parse(startedAt) >= this.#startedAt || (stamp !== undefined && stamp === this.#shortStamp(uri)),
    });
    this.#publishedDiagnostics = new PublishedDiagnostics(
      {
        failures: uri => this.#failures.of(uri),
        refusalsAt: uri => this.deployments.refusalsAt(uri),
        refusedFiles: network => this.deployments.refusedFiles(network),
        isOpen: uri => this.networks.openDocument(uri) !== undefined,
        severities: () => this.#settings.severities,
        send: (uri, diagnostics) => this.#sendDiagnostics(uri, diagnostics),
      },
      systemTimers,
    );
    this.hydra = openHydraServers(connection, log, this.toolchain, {
      settings: () => this.#settings,
      isTrusted: () => this.#trusted,
    });
    this.hydraMachines = new HydraMachines(
      {
        current: () => this.hydraOf(),
        networks: () => this.findNetworks(),
        didChange: status => this.notify("morph/hydraDidChange", status),
      },
      systemTimers,
    );
    const ports = createBuildPorts(this.evaluation, this.deployments, this.failures, this.checks, traits.storageDir);
    const hosts = withHydra(
      { current: () => this.hydraOf(), isOwnFile: this.evaluation.isOwnFile },
      sshHosts(traits.storageDir, path.join(dist, "sh"), this.toolchain),
    );
    this.builds = new Builds(traits.storageDir, ports, delta => this.#buildDidChange(delta), log, hosts);
    this.progress = new BuildProgress(connection, log, id => void this.builds.cancel(id));
    this.#health = new HealthReporter(this.notify);
    this.#tools = new ToolchainReporter(this.notify, log);
    this.#diagnostics = new Diagnostics({
      publish: (uri, diagnostics) => this.#publishedDiagnostics.didCheck(uri, diagnostics),
      network: uri => this.network(uri),
      refusalsIn: uri => this.deployments.refusalsIn(uri),
      builderText: document => builderText(this, document),
      signatureText: document => signatureText(this, document),
      choiceForSystem: system => (this.isTrusted ? choiceForSystem(this, system) : undefined),
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

  hydraOf(): CurrentHydra | undefined {
    return this.hydra.current();
  }

  /** A network including results of evaluations; undefined if the file is not a network. */
  network(uri: string): Network | undefined {
    const network = this.#complete(uri);
    return network && { ...network, revision: this.#published.revision(uri) };
  }

  #complete(uri: string): Network | undefined {
    const network = this.networks.get(uri);
    if (network === undefined) return undefined;
    const refusals = this.deployments.refusals(uri);
    const complete = this.evaluation.evaluated.complete(network);
    return refusals.length === 0 ? complete : { ...complete, problems: [...complete.problems, ...refusals] };
  }

  /** The same, once the workspace has been scanned; a network file elsewhere is read now. */
  async findNetwork(uri: string): Promise<Network | undefined> {
    await this.#scanned;
    if (this.networks.get(uri) === undefined) await this.networks.didChangeFile(uri);
    await this.networks.settled(uri);
    await this.evaluation.evaluated.load(uri);
    return this.network(uri);
  }

  /** All networks of the workspace, once it has been scanned. */
  async findNetworks(): Promise<Network[]> {
    await this.#scanned;
    await Promise.all(this.networks.openDocuments().map(({ uri }) => this.networks.settled(uri)));
    await Promise.all(this.networks.all().map(({ uri }) => this.evaluation.evaluated.load(uri)));
    return this.networks.all().flatMap(({ uri }) => this.network(uri) ?? []);
  }

  /** The builds whose network is in the workspace (all builds if there is no folder), once they have been read. */
  async visibleBuilds(): Promise<BuildSummary[]> {
    await this.#opened;
    return this.builds.list().filter(({ uri }) => this.#folders.isVisible(uri));
  }

  /** Starts reading settings, networks, Nix and builds. Never rejects. */
  async start(): Promise<void> {
    const opened = this.#attempt("the builds of earlier sessions", this.builds.open()).then(this.#didOpen);
    // Not awaited: a client that answers late, or not at all, must not delay the rest.
    void register(this.connection, this.traits, this.log, event => this.#changeFolders(event));
    await this.#configure();
    // Not before the user's limits are known: records pruned by the default ones would be lost.
    await opened;
    await this.#attempt("pruning builds", this.builds.tidy());
  }

  stop(): void {
    for (const part of [this.#lenses, this.#texts, this.#publishedDiagnostics, this.hydraMachines]) part.dispose();
    this.builds.close();
  }

  /** A lens was shown whose text changes after `milliseconds`. */
  didShowTime(milliseconds: number): void {
    this.#lenses.didShow(milliseconds);
  }

  /** Reports an error that no caller handled to the client. Everything else keeps running. */
  didFail(): void {
    this.#failed = true;
    this.#reportHealth();
  }

  /** Runs work whose failure is only logged. */
  async #attempt(what: string, work: Promise<unknown>): Promise<void> {
    await work.catch(error => this.log.error(`Failed: ${what}`, error));
  }

  #listen(): void {
    this.#documents.listen({
      onDidOpenTextDocument: handler => this.#on("textDocument/didOpen", handler),
      onDidChangeTextDocument: handler => this.#on("textDocument/didChange", handler),
      onDidCloseTextDocument: handler => this.#on("textDocument/didClose", handler),
      // Not requested in `initialize`.
      onWillSaveTextDocument: () => Disposable.create(() => undefined),
      onWillSaveTextDocumentWaitUntil: () => Disposable.create(() => undefined),
      onDidSaveTextDocument: () => Disposable.create(() => undefined),
    });
    this.#documents.onDidChangeContent(({ document }) => {
      this.networks.didChangeDocument(document);
      this.#failures.didEdit(document.uri, document.text, document.lastEdits);
      this.#diagnostics.refresh(document);
      this.#didChangeDeclarations(document.uri);
    });
    this.#documents.onDidOpen(({ document }) => this.#consider([document.uri]));
    this.#documents.onDidClose(({ document }) => {
      this.#diagnostics.close(document.uri);
      this.#evaluateOnOpen.close(document.uri);
      const closed = this.networks
        .didCloseDocument(document.uri)
        .finally(() => document.dispose())
        .then(() => this.#didChangeDeclarations(document.uri))
        .then(() => this.#failures.didChangeFile(document.uri))
        .then(() => this.#publishedDiagnostics.didChange(document.uri));
      void this.#attempt(`closing ${document.uri}`, closed);
    });
    this.#on("workspace/didChangeConfiguration", ({ settings }) => void this.#configure(settings));
    this.#on("workspace/didChangeWatchedFiles", async ({ changes }) => {
      for (const { uri } of changes) {
        await this.networks.didChangeFile(uri);
        await this.#failures.didChangeFile(uri);
        this.#didChangeDeclarations(uri);
      }
      this.#refreshDiagnostics();
    });
    onNotification(this, "morph/didGrantTrust", notificationSchemas["morph/didGrantTrust"], () => {
      this.#trusted = true;
      this.hydraMachines.didConfigure();
      void this.#attempt("Nix's settings", this.toolchain.refresh());
      this.#considerEvaluating();
    });
  }

  #on<Method extends keyof typeof lspNotificationSchemas>(
    method: Method,
    handler: (params: v.InferOutput<(typeof lspNotificationSchemas)[Method]>) => unknown,
  ): Disposable {
    onNotification(this, method, lspNotificationSchemas[method], handler);
    return Disposable.create(() => undefined);
  }

  #changeFolders(received: WorkspaceFoldersChangeEvent): void {
    const parsed = v.safeParse(lspNotificationSchemas["workspace/didChangeWorkspaceFolders"], { event: received });
    if (!parsed.success) return this.log.warning(`ignored: folders: ${issueText(parsed.issues[0])}`);
    this.#folders.change(parsed.output.event);
    this.declared.reset();
    void this.#attempt("looking through the workspace", this.#scan());
  }

  /** Never rejects. @param pushed the settings that a client without `workspace/configuration` sends with the notification. */
  async #configure(pushed?: unknown): Promise<void> {
    const { places } = this.#settings;
    this.#settings = readSettings(await settingsSection(this.connection, this.traits, this.log, pushed), why =>
      this.log.warning(`ignored setting ${why}`),
    );
    this.toolchain.configure(this.#settings);
    this.hydraMachines.didConfigure();
    if (!isDeepStrictEqual(places, this.#settings.places)) this.#lenses.request();
    this.#refreshDiagnostics();
    await Promise.all([
      this.#attempt("looking through the workspace", this.#scan()),
      this.#trusted ? this.#attempt("Nix's settings", this.toolchain.refresh()) : undefined,
    ]);
    // The evaluator is a setting, which Nix does not know.
    this.#reportTools();
    this.#considerEvaluating();
  }

  /** A file was edited, or changed on disk: it may declare other builders, or make those of an open document useful. */
  #didChangeDeclarations(uri: string): void {
    const file = pathOf(uri);
    if (file === undefined) return;
    for (const document of this.networks.openDocuments())
      if (document.uri !== uri && (mayDeclareBuildersIn(document) || maySetSignatures(document)))
        this.#diagnostics.refresh(document);
    void this.#attempt(`reading the builders that ${uri} declares`, this.declared.didChange(file));
  }

  #considerEvaluating(): void {
    this.#consider(this.networks.openDocuments().map(({ uri }) => uri));
  }

  #consider(uris: readonly string[]): void {
    void this.#attempt("evaluating what was opened", this.#evaluateOnOpen.consider(uris));
  }

  async #scan(): Promise<void> {
    this.#found = await this.networks.scan(this.#folders.list, this.#settings.networkFiles);
    this.#didScan();
    this.#reportHealth();
  }

  /** Reports nothing before Nix has answered. */
  #reportHealth(): void {
    if (!this.#trusted || this.toolchain.state.kind !== "unknown")
      this.#health.report(this.toolchain.state, this.#found, this.#failed);
  }

  #didReadNetwork(uri: string, hasChanged: boolean): void {
    this.#texts.didRead(uri);
    if (hasChanged && this.#publishNetwork(uri)) this.#lenses.request();
    void this.#attempt(`refreshing the evaluations of ${uri}`, this.evaluation.evaluated.refresh(uri));
  }

  /** The stamp of a network's text, as builds have it. */
  #shortStamp(uri: string): string | undefined {
    const stamp = this.networks.stamp(uri);
    return stamp === undefined ? undefined : shortStamp(stamp);
  }

  /** The text of a network and its imports is known: builds may have become outdated, or current again. */
  #didSettle(uri: string, stamp: string | undefined): void {
    const change = this.builds.setText(uri, stamp);
    this.failures.textDidSettle(uri);
    if (change === undefined || !this.#folders.isVisible(uri)) return;
    this.notify("morph/outdatedBuildsDidChange", change);
    this.#lenses.request();
  }

  #sendDiagnostics(uri: string, diagnostics: readonly Diagnostic[]): void {
    const sent = this.connection.sendDiagnostics({ uri, diagnostics: diagnosticsFor(this.traits, diagnostics) });
    sent.catch(error => this.log.debug(`the diagnostics of ${uri} were not sent`, error));
  }

  #refreshDiagnostics(): void {
    for (const document of this.networks.openDocuments()) this.#diagnostics.refresh(document);
  }

  /** An evaluation has new results for a network. Lenses may show more than views: the builders for the plan. */
  #didLearn(uri: string): void {
    this.#publishNetwork(uri);
    this.#lenses.request();
  }

  /** Publishes a network if it changed, and returns whether it did. */
  #publishNetwork(uri: string): boolean {
    this.#publishedDiagnostics.refusalsDidChange(uri);
    // Problems caused by a module are shown in the module.
    for (const document of this.networks.openDocuments())
      if (document.uri === uri || this.networks.get(document.uri) === undefined) this.#diagnostics.refresh(document);
    const change = this.#published.update(uri, this.#complete(uri));
    if (change !== undefined) this.notify("morph/networkDidChange", change);
    return change !== undefined;
  }

  #toolchainDidChange(): void {
    this.#reportTools();
    this.notify("morph/buildersDidChange", {});
    this.#reportHealth();
    this.#lenses.request();
    this.#refreshDiagnostics();
  }

  #reportTools(): void {
    void this.#attempt("describing Nix", this.#tools.report(this.toolchain, this.#settings));
  }

  #buildDidChange(delta: BuildDelta): void {
    if (!this.#folders.isVisible(delta.summary.uri)) return;
    this.notify("morph/buildDidChange", delta);
    this.failures.buildDidChange(delta.summary, delta.removed === true);
    void this.#attempt("showing progress", this.progress.update(delta));
    this.#lenses.buildDidChange(delta);
  }

  /** The number of machines in the networks that are open. */
  #openMachines(): number {
    const machines = this.networks.openDocuments().map(({ uri }) => this.networks.get(uri)?.machines.length ?? 0);
    return machines.reduce((sum, count) => sum + count, 0);
  }

  async #requestLenses(): Promise<void> {
    if (!this.traits.refreshesLenses) return;
    const request = this.connection.sendRequest(CodeLensRefreshRequest.type);
    await request.catch(error => this.log.debug("lenses are not refreshed", error));
  }
}

/** What makes a session, which rejects when the parser cannot be loaded. */
type CreateSession = (connection: Connection, log: Log, params: InitializeParams) => Promise<Session>;

/** Begins to load the parser, so that it is there when a client asks. @param dist the folder of the built files. */
export function sessionFactory(dist: string): CreateSession {
  const loading = loadNixParser(dist);
  loading.catch(() => undefined);
  return async (connection, log, params) => {
    const traits = clientTraits(params);
    l10n.config({ contents: { ...traits.translations } });
    log.info(`${traits.description}; Node ${process.versions.node}; builds are recorded in ${traits.storageDir}`);
    return new Session(connection, log, await loading, dist, traits);
  };
}
