import * as vscode from "vscode";
import { NewestBuilds } from "../../../server/src/common/newestBuilds.ts";
import type {
  BuildDelta,
  BuildSummary,
  DerivationState,
  SignatureReport,
  TransferState,
} from "../../../server/src/protocol.ts";
import type { LanguageServer } from "../languageServer.ts";
import { contextKeys } from "../manifest.ts";
import { setContextKey } from "../registry.ts";
import { type Batch, hasEnded } from "./batches.ts";
import { type BuildsChange, BuildsModel } from "./model.ts";
import type { AdvisedReport } from "./signatures/advised.ts";

/** The builds that the server has published, kept up to date. */
export class BuildsStore implements vscode.Disposable {
  readonly #server: LanguageServer;
  readonly #model = new BuildsModel();
  readonly #newest = new NewestBuilds();
  readonly #reading = new Map<string, Promise<BuildsChange>>();
  readonly #change = new vscode.EventEmitter<BuildsChange>();
  readonly #states = new vscode.EventEmitter<void>();
  readonly #load = new vscode.EventEmitter<void>();
  readonly #outdated = new vscode.EventEmitter<void>();
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly onDidChange = this.#change.event;
  /** A build was added or removed, or has another state: what counts builds has to count again. */
  readonly onDidChangeStates = this.#states.event;
  /** The whole list was read, after each start of the server. */
  readonly onDidLoad = this.#load.event;
  /** Builds became outdated, or are no longer, because a text changed. */
  readonly onDidChangeOutdated = this.#outdated.event;
  #loaded = false;

  constructor(server: LanguageServer) {
    this.#server = server;
    this.#subscriptions = [
      server.onDidStart(() => void this.reload()),
      server.listen("morph/buildDidChange", delta => this.#apply(delta)),
      server.listen("morph/outdatedBuildsDidChange", change => {
        this.#model.setOutdated(change);
        this.#outdated.fire();
      }),
    ];
  }

  /** False until the server has answered for the first time. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** Unfinished builds first, then by start time, newest first. */
  get summaries(): readonly BuildSummary[] {
    return this.#model.summaries;
  }

  get unfinished(): readonly BuildSummary[] {
    return this.#model.unfinished;
  }

  summary(id: string): BuildSummary | undefined {
    return this.#model.summary(id);
  }

  /** Batch id -> batch. */
  get batches(): ReadonlyMap<string, Batch> {
    return this.#model.batches;
  }

  batch(id: string): Batch | undefined {
    return this.#model.batches.get(id);
  }

  /** The newest build of a machine's system, running or ended. */
  newest(uri: string, machine: string): BuildSummary | undefined {
    return this.summary(this.#newest.of(uri, machine) ?? "");
  }

  /** Undefined until `loadDetails`. */
  derivations(id: string): readonly DerivationState[] | undefined {
    return this.#model.derivations(id);
  }

  /** Downloads, uploads and copies; empty until `loadDetails`. */
  transfers(id: string): readonly TransferState[] {
    return this.#model.transfers(id);
  }

  /** @param key the transfer's key (`transferKey`). */
  transfer(id: string, key: string): TransferState | undefined {
    return this.#model.transfer(id, key);
  }

  derivation(id: string, drvPath: string): DerivationState | undefined {
    return this.#model.derivation(id, drvPath);
  }

  /** Reads the whole list. Keeps the current one if the server is gone: the next server triggers another read. */
  async reload(): Promise<void> {
    const summaries = await this.#server.request("morph/builds", {}).catch(() => undefined);
    if (summaries === undefined) return;
    this.#model.replaceAll(summaries);
    this.#newest.clear();
    for (const summary of summaries) this.#newest.add(summary);
    this.#loaded = true;
    this.#fire({ kind: "list" });
    this.#load.fire();
  }

  /** Reads a build's derivations unless they are loaded. */
  async loadDetails(id: string): Promise<void> {
    if (this.#model.derivations(id) !== undefined) return;
    const change = await this.#readDetails(id);
    // The caller renders these rows itself; other listeners only need to know if the list order changed.
    if (change.kind === "list") this.#fire(change);
  }

  /** Forgets a build's derivations. */
  dropDetails(id: string): void {
    this.#model.dropDetails(id);
  }

  /** The signature report of a build, with what to do about it. */
  async signatures(id: string): Promise<AdvisedReport> {
    const [report, advice] = await Promise.all([
      this.#server.request("morph/signatures", { id }),
      this.#server.request("morph/signatureAdvice", { id }).catch(() => []),
    ]);
    return { ...report, advice };
  }

  /** Checks the signatures of a result again. Its summary arrives as a change. */
  checkSignatures(id: string, token?: vscode.CancellationToken): Promise<SignatureReport> {
    return this.#server.request("morph/checkSignatures", { id }, token);
  }

  /** One request at a time for a build. */
  #readDetails(id: string): Promise<BuildsChange> {
    const reading = this.#reading.get(id) ?? this.#requestDetails(id).finally(() => this.#reading.delete(id));
    this.#reading.set(id, reading);
    return reading;
  }

  async #requestDetails(id: string): Promise<BuildsChange> {
    const build = await this.#server.request("morph/buildDetails", { id }).catch(() => undefined);
    return build === undefined ? { kind: "none" } : this.#model.setDetails(build);
  }

  #apply(delta: BuildDelta): void {
    const { change, missed, hasNewState } = this.#model.apply(delta);
    if (delta.removed === true) this.#newest.remove(delta.summary, this.summaries);
    else this.#newest.add(delta.summary);
    this.#fire(change, hasNewState);
    if (missed) void this.#readDetails(delta.id).then(late => this.#fire(late));
  }

  #fire(change: BuildsChange, hasNewState = true): void {
    if (change.kind === "none") return;
    if (hasNewState && this.#loaded) this.#setContextKeys();
    this.#change.fire(change);
    if (hasNewState) this.#states.fire();
  }

  #setContextKeys(): void {
    const batches = [...this.batches.values()];
    setContextKey(contextKeys.builds, this.#contextValue());
    setContextKey(contextKeys.batchRuns, !batches.every(hasEnded));
    setContextKey(
      contextKeys.batchFailed,
      batches.some(({ failed }) => failed > 0),
    );
  }

  #contextValue(): "none" | "some" | "running" {
    if (this.unfinished.length > 0) return "running";
    return this.summaries.length > 0 ? "some" : "none";
  }

  dispose(): void {
    for (const part of [this.#change, this.#states, this.#load, this.#outdated, ...this.#subscriptions]) part.dispose();
  }
}
