import * as l10n from "@vscode/l10n";
import { storeName } from "../common/storeName.ts";
import { type BuildSummary, finalStates, type Problem } from "../protocol.ts";
import { PartialRoots } from "../retention/roots.ts";
import type { Estimator } from "./estimate/estimator.ts";
import { type Damage, isLossy, withDamage } from "./record/damage.ts";
import type { BuildFacts, RecordFacts } from "./record/facts.ts";
import type { BuildRecords } from "./record/record.ts";
import { SignatureChecks } from "./signatureChecks.ts";
import type { BuildSource } from "./sources/source.ts";
import { sourceAt } from "./sources/sources.ts";
import type { BuildPorts } from "./start/ports.ts";
import { defaultPlace } from "./start/realisation.ts";
import { retryInputs } from "./stream/retryInputs.ts";
import type { BuildSummaries } from "./summaries.ts";
import { builtElsewhere } from "./summary/builtElsewhere.ts";
import { proofsOfBuilt, proofsOfRefusal } from "./summary/proofs.ts";
import { silenceOf } from "./summary/silence.ts";
import { isOrphaned, isUnsupervised, needsKeeping } from "./summary/state.ts";
import { summaryOf } from "./summary/summary.ts";
import { TransferRates } from "./summary/transferRates.ts";

/** Starts, resumes and cancels builds. */
export interface BuildRuns {
  /** Aborts the evaluation of a cancelled build. */
  abort(id: string): void;
  /** Resumes a build whose server died before its supervisor ran. */
  resume(id: string): Promise<void>;
  /** Starts a supervisor for a running Nix whose supervisor was killed. */
  adopt(id: string): Promise<void>;
  /** A build has ended, regardless of which window started it. */
  ended(id: string): void;
}

/** What following builds needs. */
export interface FollowingParts {
  readonly records: BuildRecords;
  readonly facts: BuildFacts;
  readonly ports: BuildPorts;
  readonly estimator: Estimator;
}

interface LiveBuild {
  readonly source: BuildSource;
  /** The unreadable parts of its record. */
  damage: Damage;
  /** The last published summary, without its revision. */
  published: string;
}

/** Follows running builds: polls the record of each, publishes changes, and stops following it when it has ended. */
export class LiveBuilds {
  readonly #records: BuildRecords;
  readonly #facts: BuildFacts;
  readonly #ports: BuildPorts;
  readonly #estimator: Estimator;
  readonly #runs: BuildRuns;
  readonly #summaries: BuildSummaries;
  readonly #live = new Map<string, LiveBuild>();
  /** Builds whose derivations are published as well. */
  readonly #watched = new Set<string>();
  readonly #rates = new TransferRates();
  readonly #checks: SignatureChecks;
  readonly #roots: PartialRoots;

  constructor({ records, facts, ports, estimator }: FollowingParts, runs: BuildRuns, summaries: BuildSummaries) {
    this.#records = records;
    this.#facts = facts;
    this.#ports = ports;
    this.#estimator = estimator;
    this.#runs = runs;
    this.#summaries = summaries;
    this.#checks = new SignatureChecks(records, ports);
    this.#roots = new PartialRoots({
      log: records.log,
      folderOf: id => records.fileOf(id, "built"),
      keepOutputs: (drvPaths, root) => ports.keepOutputs(drvPaths, root),
    });
  }

  get ids(): readonly string[] {
    return [...this.#live.keys()];
  }

  has(id: string): boolean {
    return this.#live.has(id);
  }

  /** The source of a running build's progress. */
  sourceOf(id: string): BuildSource | undefined {
    return this.#live.get(id)?.source;
  }

  /** Sets whether deltas of a build include its derivations. */
  watch(id: string, on: boolean): void {
    if (on) this.#watched.add(id);
    else this.#watched.delete(id);
  }

  /** Stops querying caches for the signatures of a build: the remaining paths are not checked. */
  stopChecking(id: string): void {
    this.#checks.stop(id);
  }

  /** Starts following a build. */
  async begin(id: string): Promise<void> {
    const damage = await this.#records.damage(id);
    const place = (await this.#records.read(id, "request"))?.place ?? defaultPlace;
    this.#live.set(id, { source: sourceAt(place, this.#records, id), damage, published: "" });
  }

  /** Stops following a build whose request cannot be read. */
  release(id: string): void {
    this.#live.delete(id);
  }

  /** Forgets a build whose record was removed. */
  forget(id: string): void {
    this.#live.delete(id);
    this.#runs.ended(id);
    this.#checks.forget(id);
    this.#rates.forget(id);
    this.#watched.delete(id);
  }

  /** Starts a new supervisor for a Nix that is running without one. */
  adopt(id: string): void {
    void this.#runs.adopt(id).catch(error => this.#didFail(`adopting ${id}`, error));
  }

  /**
   * Polls a build. False if its request can no longer be read.
   *
   * @param again whether to check again which parts of its record are unreadable.
   */
  async follow(id: string, again: boolean): Promise<boolean> {
    const live = this.#live.get(id);
    let facts = await this.#facts.of(id);
    if (live === undefined || facts === undefined) {
      this.#live.delete(id);
      this.#runs.ended(id);
      return facts !== undefined;
    }
    if (facts.cancelled) this.#runs.abort(id);
    else if (isOrphaned(facts, Date.now()) && this.#ports.mayEvaluate(facts.request.uri)) {
      await this.#runs.resume(id).catch(error => this.#didFail(`resuming ${id}`, error));
      facts = (await this.#facts.of(id)) ?? facts;
    }
    if (isUnsupervised(facts)) this.adopt(id);
    if (needsKeeping(facts)) {
      const problem = this.#facts.keepResult(facts);
      if (problem !== undefined) facts = { ...facts, connection: { at: "", by: facts.request.owner, problem } };
    }
    if (facts.result !== undefined) await this.#records.unpack(id);
    const mayBeMended = again || facts.hydra?.end !== undefined;
    if (live.damage.size > 0 && mayBeMended) live.damage = await this.#records.damage(id);
    await this.#poll(id, live, facts);
    return true;
  }

  async #poll(id: string, live: LiveBuild, facts: RecordFacts): Promise<void> {
    const { source } = live;
    const isRead = await source.read(facts).catch(error => {
      live.damage = new Map([...live.damage, ["events", error instanceof Error ? error.message : String(error)]]);
      return true;
    });
    const summary = this.#summarise(id, facts, source);
    // The result is known once the whole stream has been read.
    if (!isRead && finalStates.has(summary.state))
      return this.#publish(live, { ...summary, state: "building", failure: undefined });
    const { state, graph } = source;
    const isHere = facts.request.store === undefined && facts.request.hydra === undefined;
    if (isHere && state !== undefined && summary.state === "building" && this.#ports.mayEvaluate(summary.uri))
      void this.#roots.update(id, () => retryInputs(graph, state.derivations), Date.now());
    if (summary.state === "checking" && facts.output !== undefined) {
      const unchecked = facts.stored && uncheckedThere(facts.stored.store);
      this.#checks.begin(id, facts.output, facts.evaluation?.evaluation, unchecked);
    }
    if (facts.cancelled) this.#checks.stop(id);
    if (finalStates.has(summary.state)) this.#prove(facts, source, summary);
    await this.#publish(live, summary);
  }

  /** Reports what an ended build shows about builders. */
  #prove({ request, result, evaluation }: RecordFacts, { state, graph }: BuildSource, { failure }: BuildSummary): void {
    if (state === undefined || result === undefined) return;
    const builders = this.#ports.builders();
    const built = proofsOfBuilt(graph, state, request.place, builders);
    const system = evaluation?.evaluation?.system;
    const isRefused = failure?.code === "builder-refused";
    const refused = isRefused ? proofsOfRefusal({ state, result, builders, system, request }) : [];
    if (built.length + refused.length > 0) this.#ports.didProve([...built, ...refused]);
  }

  #summarise(id: string, facts: RecordFacts, source: BuildSource): BuildSummary {
    const { state, graph, heard } = source;
    const revision = this.#summaries.nextRevision(id);
    const [builders, now] = [this.#ports.builders(), Date.now()];
    const where = { place: facts.request.place, builders };
    // What Hydra's machines are, and which of them are free, is not known here.
    if (facts.request.hydra !== undefined) return summaryOf(facts, state, builders, revision, now);
    const estimate = state && this.#estimator.estimate(id, graph, state, where, now);
    // To a builder's store, we connect.
    const isWatched = facts.request.store !== undefined || !this.#ports.isDaemonConnecting();
    const silence = state && silenceOf(state, { heard, isWatched, graph, ...where }, now);
    const elsewhere = state && builtElsewhere(state, source.moved(builders), builders);
    const summary = summaryOf(facts, state, builders, revision, now, { estimate, silence, elsewhere });
    const rate = this.#rates.of(id, summary.transfers, now);
    return rate === undefined ? summary : { ...summary, transfers: { ...summary.transfers, rate } };
  }

  async #publish(live: LiveBuild, summary: BuildSummary): Promise<void> {
    const { source } = live;
    const isWatched = this.#watched.has(summary.id);
    const derivations = isWatched ? source.changed(this.#ports.builders()) : undefined;
    const transferStates = isWatched ? source.changedTransfers() : undefined;
    source.didPublish();
    const text = JSON.stringify({ ...summary, revision: 0 });
    if (text === live.published && (derivations ?? []).length + (transferStates ?? []).length === 0) return;
    live.published = text;
    const next = withDamage(summary, live.damage, this.#records.folderOf(summary.id));
    // Files that can be recreated are not damaged any more after a restart, so the record keeps the summary without their damage.
    if (finalStates.has(next.state)) await this.#ended(source, isLossy(live.damage) ? next : summary);
    this.#summaries.publish(next, { derivations, transferStates });
    if (next.state === "succeeded") for (const { id } of this.#summaries.supersededBy(next)) void this.#roots.drop(id);
  }

  async #ended({ state, graph }: BuildSource, summary: BuildSummary): Promise<void> {
    const { id } = summary;
    this.#live.delete(id);
    this.#runs.ended(id);
    this.#checks.forget(id);
    this.#rates.forget(id);
    if (state !== undefined && summary.hydra === undefined) await this.#estimator.learn(id, state);
    await this.#writeSummary(summary);
    const isHere = summary.place.kind !== "store" && summary.place.kind !== "hydra";
    if (summary.state === "succeeded" || !isHere || state === undefined || !this.#ports.mayEvaluate(summary.uri))
      return;
    void this.#roots.keep(id, retryInputs(graph, state.derivations), Date.now());
  }

  /** A failure to write is only logged: the summary is rebuilt from the other files after a restart. */
  async #writeSummary(summary: BuildSummary): Promise<void> {
    const { id } = summary;
    await this.#records
      .write(id, "summary", summary)
      .catch(error => this.#didFail(`writing the summary of ${id}`, error));
  }

  #didFail(what: string, error: unknown): void {
    this.#records.log.warning(`Failed for now: ${what}`, error);
  }
}

/** The signatures of a result that stays in a builder's store are not known here. */
function uncheckedThere(store: string): Problem {
  const message = l10n.t(
    "The result is in the store of {0}. Signatures are only checked for results on this machine.",
    storeName(store),
  );
  return { code: "not-checked", severity: "info", message };
}
