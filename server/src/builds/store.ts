import { isDeepStrictEqual } from "node:util";
import type { PlannedDerivation } from "../nix/derivationGraph.ts";
import type { Nix } from "../nix/nix.ts";
import { errorProblem } from "../outcome.ts";
import {
  type Build,
  type BuildDelta,
  type BuildSummary,
  finalStates,
  type LogPage,
  type SignatureReport,
} from "../protocol.ts";
import { BuiltRoots } from "./builtRoots.ts";
import { closeState } from "./closeState.ts";
import { damagedSummary } from "./damaged.ts";
import { type Estimator, slotsOf } from "./estimator.ts";
import { BuildFollower } from "./follower.ts";
import { Housekeeping } from "./housekeeping.ts";
import { LogReader } from "./log.ts";
import { printedWith } from "./logLines.ts";
import { storedLog } from "./logStored.ts";
import type { BuildRecords, RecordFacts } from "./record.ts";
import { isGraph, isSignatureReport, isSummary } from "./recordShapes.ts";
import { remainsOf } from "./remains.ts";
import { derivationState, isOrphaned, summaryOf, transferStates, withDependencies } from "./summary.ts";
import type { BuildWorld } from "./world.ts";

/** How often running builds are looked at (ms): a client gets at most so many deltas. */
const tick = 100;

/** Every how many ticks the folder is searched for builds that another window has started. */
const searchEvery = 20;

/** Those who bring builds on their way. */
export interface BuildRuns {
  /** Ends the evaluation of a build that somebody cancelled. */
  abort(id: string): void;
  /** Takes up a build whose server died before its supervisor ran. */
  resume(id: string): Promise<void>;
  /** A build has ended, whoever has started it. */
  ended(id: string): void;
}

/** Every how many ticks records are pruned and packed. */
const tidyEvery = 6000;

/** When signatures are checked again whose report could not be written, because the disk is full (ms). */
const checkAgain = 5000;

/** A build that has not ended. */
interface LiveBuild {
  follower: BuildFollower | undefined;
  /** Undefined until it is written, which is after the evaluation. */
  graph: readonly PlannedDerivation[] | undefined;
  /** Ends the check of its signatures that is under way. */
  checking: AbortController | undefined;
  /** The last summary that was told, without its revision. */
  told: string;
}

/**
 * What is known of the builds of a storage folder. Everything comes from the records, so it is there again after a restart;
 * running builds are followed by one timer.
 */
export class BuildStore {
  readonly #records: BuildRecords;
  readonly #world: BuildWorld;
  readonly #tell: (delta: BuildDelta) => void;
  readonly #summaries = new Map<string, BuildSummary>();
  readonly #live = new Map<string, LiveBuild>();
  /** Records whose request could not be read when it was looked for. */
  readonly #damaged = new Set<string>();
  readonly #watched = new Set<string>();
  readonly #estimator: Estimator;
  readonly #logs = new Map<string, LogReader>();
  readonly #housekeeping: Housekeeping;
  readonly #builtRoots: BuiltRoots;
  readonly #runs: BuildRuns;
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;
  #stopped = false;
  /** The last of the looks: two at once would read the same events twice. */
  #lastLook: Promise<void> = Promise.resolve();

  constructor(
    records: BuildRecords,
    world: BuildWorld,
    runs: BuildRuns,
    estimator: Estimator,
    tell: (delta: BuildDelta) => void,
  ) {
    this.#records = records;
    this.#world = world;
    this.#runs = runs;
    this.#estimator = estimator;
    this.#housekeeping = new Housekeeping(records);
    this.#builtRoots = new BuiltRoots(records, world);
    this.#tell = tell;
  }

  /** Finds the records and begins to follow those that run. */
  async open(): Promise<void> {
    await this.#estimator.load();
    await this.#oneAtATime(() => this.#search());
    this.#schedule();
  }

  /** Removes the records that are too much and packs the others. Not before the user's limits are known. */
  async tidy(): Promise<void> {
    await this.#housekeeping.tidy(this.list(), this.#world.limits(), id => this.removed(id));
  }

  /** Stops looking. Nothing that runs is touched. */
  close(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Newest first. */
  list(): BuildSummary[] {
    return [...this.#summaries.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
  }

  summary(id: string): BuildSummary | undefined {
    return this.#summaries.get(id);
  }

  /** Takes up a record that was just made. */
  async add(id: string): Promise<void> {
    await this.#oneAtATime(async () => {
      if (!this.#summaries.has(id)) await this.#load(id);
    });
  }

  /** Everything about one build; undefined when there is none of that id. */
  async details(id: string): Promise<Build | undefined> {
    const summary = this.#summaries.get(id);
    if (summary === undefined) return undefined;
    const live = this.#live.get(id);
    const follower = live?.follower ?? (await this.#reread(id, summary));
    const graph = live?.graph ?? (await this.#records.read(id, "graph", isGraph)) ?? [];
    return {
      ...summary,
      derivations: withDependencies([...follower.state.derivations.values()].map(derivationState), graph),
      transferStates: transferStates(follower.state),
    };
  }

  async signatures(id: string): Promise<SignatureReport | undefined> {
    return this.#records.read(id, "signatures", isSignatureReport);
  }

  /** Whether deltas of a build name its derivations: only while somebody looks. */
  watch(id: string, on: boolean): void {
    if (on) this.#watched.add(id);
    else this.#watched.delete(id);
  }

  /**
   * @param nix asked for the log of a derivation that the build says nothing of.
   * @param colours whether the text keeps the colours of what was printed.
   */
  async log(
    id: string,
    derivation: string | undefined,
    offset: number,
    nix?: Nix,
    colours = false,
  ): Promise<LogPage | undefined> {
    const summary = this.#summaries.get(id);
    if (summary === undefined) return undefined;
    await this.#housekeeping.unpack(id);
    const key = JSON.stringify([id, derivation, colours]);
    const reader = this.#logs.get(key) ?? new LogReader(this.#records.fileOf(id, "events"), derivation, colours);
    this.#logs.set(key, reader);
    const other = nix && derivation !== undefined ? () => storedLog(nix, derivation, printedWith(colours)) : undefined;
    const derivations = derivation === undefined ? undefined : this.#live.get(id)?.follower?.state.derivations;
    // A running build says no more of what is built, and nothing of what is none of its own.
    const isOver = derivations && [undefined, "built", "fetched"].includes(derivations.get(derivation ?? "")?.state);
    const page = await reader.page(offset, finalStates.has(summary.state) || isOver === true, other);
    if (page.done) this.#logs.delete(key);
    return page;
  }

  /** A record's files are others now. */
  async reload(id: string): Promise<void> {
    await this.#oneAtATime(async () => {
      if (this.#damaged.has(id)) return this.#loadDamaged(id);
      const known = this.#summaries.get(id);
      if (known === undefined || this.#live.has(id)) return;
      const pinned = this.#records.isPinned(id);
      const summary = { ...known, kept: { ...known.kept, pinned }, revision: known.revision + 1 };
      this.#summaries.set(id, summary);
      this.#tell({ id, revision: summary.revision, summary });
      await this.#records.write(id, "summary", summary).catch(() => undefined);
    });
  }

  /** Asks no cache any more for the signatures of a build: what was not looked up is not checked. */
  stopChecking(id: string): void {
    this.#live.get(id)?.checking?.abort();
  }

  /** Forgets a build and tells so. */
  removed(id: string): void {
    const summary = this.#summaries.get(id);
    this.#summaries.delete(id);
    this.#live.delete(id);
    this.#damaged.delete(id);
    this.#runs.ended(id);
    this.#watched.delete(id);
    if (summary !== undefined) this.#tell({ id, revision: summary.revision + 1, summary, removed: true });
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(async () => {
      await this.#oneAtATime(() => this.#look());
      this.#schedule();
    }, tick);
    this.#timer.unref();
  }

  #oneAtATime(look: () => Promise<void>): Promise<void> {
    this.#lastLook = this.#lastLook.then(look, look);
    return this.#lastLook;
  }

  async #look(): Promise<void> {
    this.#ticks++;
    if (this.#ticks % tidyEvery === 0) void this.tidy();
    if (this.#ticks % searchEvery === 0) await this.#search();
    for (const id of [...this.#live.keys()]) await this.#follow(id);
  }

  async #search(): Promise<void> {
    const ids = await this.#records.ids();
    for (const id of ids) if (!this.#summaries.has(id) || this.#damaged.has(id)) await this.#load(id);
    const present = new Set(ids);
    for (const id of [...this.#summaries.keys()]) if (!present.has(id)) this.removed(id);
  }

  async #load(id: string): Promise<void> {
    const summary = await this.#records.read(id, "summary", isSummary);
    if (summary?.id === id && finalStates.has(summary.state)) {
      this.#damaged.delete(id);
      this.#summaries.set(id, summary);
      this.#tell({ id, revision: summary.revision, summary });
      return;
    }
    if ((await this.#records.facts(id)) === undefined) return this.#loadDamaged(id);
    this.#damaged.delete(id);
    this.#live.set(id, { follower: undefined, graph: undefined, checking: undefined, told: "" });
    await this.#follow(id);
  }

  /** Tells what is left of a record without a request, which is looked for again: it may come back, or only be on its way. */
  async #loadDamaged(id: string): Promise<void> {
    this.#damaged.add(id);
    const remains = await remainsOf(this.#records, id, Date.now());
    if (remains === undefined) return;
    const known = this.#summaries.get(id);
    const summary = damagedSummary(remains, known);
    if (isDeepStrictEqual(summary, known)) return;
    const next = { ...summary, revision: summary.revision + 1 };
    this.#summaries.set(id, next);
    this.#tell({ id, revision: next.revision, summary: next });
  }

  /** One look at a build that has not ended: reads what is new, tells what changed, and lets go of it when it is over. */
  async #follow(id: string): Promise<void> {
    const live = this.#live.get(id);
    let facts = await this.#records.facts(id);
    if (live === undefined || facts === undefined) {
      this.#live.delete(id);
      this.#runs.ended(id);
      return facts === undefined ? this.#loadDamaged(id) : undefined;
    }
    if (facts.cancelled) this.#runs.abort(id);
    else if (isOrphaned(facts, Date.now()) && this.#world.mayEvaluate(facts.request.uri)) {
      await this.#runs.resume(id).catch(() => undefined);
      facts = (await this.#records.facts(id)) ?? facts;
    }
    live.follower ??= this.#followerOf(id, facts);
    if (live.follower !== undefined) live.graph ??= await this.#records.read(id, "graph", isGraph);
    const { follower } = live;
    await follower?.poll();
    if (facts.result !== undefined && follower !== undefined)
      closeState(follower.state, Date.parse(facts.result.at), facts.result.code === 0);
    const summary = this.#summarise(id, facts, live);
    if (follower !== undefined && summary.state === "building" && this.#world.mayEvaluate(summary.uri))
      void this.#builtRoots.look(id, live.graph ?? [], follower.state, Date.now());
    if (summary.state === "checking" && live.checking === undefined) {
      live.checking = new AbortController();
      void this.#check(id, facts, live.checking.signal).catch(() =>
        setTimeout(() => (live.checking = undefined), checkAgain).unref(),
      );
    }
    if (facts.cancelled) this.stopChecking(id);
    await this.#publish(live, summary);
  }

  /** A follower begins with the plan, so it waits for the evaluation. */
  #followerOf(id: string, facts: RecordFacts): BuildFollower | undefined {
    const evaluation = facts.evaluation?.evaluation;
    if (evaluation === undefined) return undefined;
    return new BuildFollower(
      this.#records.fileOf(id, "events"),
      this.#records.fileOf(id, "clock"),
      evaluation.plan.build,
    );
  }

  #summarise(id: string, facts: RecordFacts, { follower, graph = [] }: LiveBuild): BuildSummary {
    const revision = this.#summaries.get(id)?.revision ?? 0;
    const [builders, now] = [this.#world.builders(), Date.now()];
    const slots = slotsOf(builders, facts.request.place);
    const estimate = follower && this.#estimator.estimate(id, graph, follower.state, slots, now);
    return summaryOf(facts, follower?.state, builders, revision, now, estimate);
  }

  async #publish(live: LiveBuild, summary: BuildSummary): Promise<void> {
    const { id } = summary;
    const changed = live.follower?.state.changed;
    const derivations = this.#watched.has(id) ? this.#changedDerivations(live) : undefined;
    const text = JSON.stringify({ ...summary, revision: 0 });
    if (text === live.told && (derivations === undefined || derivations.length === 0)) {
      changed?.clear();
      return;
    }
    live.told = text;
    changed?.clear();
    const next = { ...summary, revision: summary.revision + 1 };
    this.#summaries.set(id, next);
    if (finalStates.has(next.state)) await this.#ended(live, next);
    const transfers =
      derivations === undefined || live.follower === undefined ? undefined : transferStates(live.follower.state);
    this.#tell({ id, revision: next.revision, summary: next, derivations, transferStates: transfers });
  }

  async #ended({ follower, graph = [] }: LiveBuild, summary: BuildSummary): Promise<void> {
    const { id, uri, state } = summary;
    this.#live.delete(id);
    this.#runs.ended(id);
    if (follower !== undefined) await this.#estimator.learn(id, follower.state);
    await this.#records.write(id, "summary", summary).catch(() => undefined);
    if (state === "succeeded")
      for (const each of this.list()) if (isOver(each, summary)) void this.#builtRoots.drop(each.id);
    if (state !== "succeeded" && follower !== undefined && this.#world.mayEvaluate(uri))
      void this.#builtRoots.keep(id, graph, follower.state, Date.now());
  }

  #changedDerivations({ follower }: LiveBuild) {
    const state = follower?.state;
    return [...(state?.changed ?? [])].flatMap(drvPath => {
      const derivation = state?.derivations.get(drvPath);
      return derivation === undefined ? [] : [derivationState(derivation)];
    });
  }

  async #check(id: string, facts: RecordFacts, signal: AbortSignal): Promise<void> {
    if (facts.output === undefined) return;
    const report = await this.#world.checkSignatures(facts.output, signal);
    const value = "problem" in report ? unchecked(report.problem.message, report.problem.detail) : report.value;
    await this.#records.write(id, "signatures", value);
  }

  async #reread(id: string, summary: BuildSummary): Promise<BuildFollower> {
    await this.#housekeeping.unpack(id);
    const facts = await this.#records.facts(id);
    const planned = facts?.evaluation?.evaluation?.plan.build ?? [];
    const follower = new BuildFollower(this.#records.fileOf(id, "events"), this.#records.fileOf(id, "clock"), planned);
    await follower.poll();
    const end = Date.parse(summary.stoppedAt ?? summary.startedAt);
    if (finalStates.has(summary.state)) closeState(follower.state, end, facts?.result?.code === 0);
    return follower;
  }
}

/** Whether nobody asks for the parts of a build any more, as one of the same that is at least as new has succeeded. */
function isOver(build: BuildSummary, success: BuildSummary): boolean {
  const { uri, machine, attribute } = build;
  const isSame = uri === success.uri && machine === success.machine && attribute === success.attribute;
  return isSame && build.id <= success.id && finalStates.has(build.state);
}

/** The report of a closure that could not be read: nothing is known of any path. */
function unchecked(message: string, detail: string | undefined): SignatureReport {
  const none = { total: 0, trusted: 0, untrusted: 0, invalid: 0, unsigned: 0, missing: 0, contentAddressed: 0 };
  const problem = errorProblem("not-checked", message, detail);
  return { ...none, builtHere: 0, unreachable: 0, caches: [{ url: "", reachable: false, problem }], paths: [] };
}
