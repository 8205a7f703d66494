import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { t } from "@vscode/l10n";
import {
  type Build,
  type BuildDelta,
  type BuildSummary,
  finalStates,
  type LogPage,
  type SignatureReport,
} from "../protocol.ts";
import { BuiltRoots } from "../retention/builtRoots.ts";
import { Housekeeping } from "../retention/housekeeping.ts";
import type { Estimator } from "./estimate/estimator.ts";
import { BuildLogs, type LogRequest } from "./log/pages.ts";
import type { BuildWorld } from "./ports.ts";
import { type Damage, isLossy, withDamage } from "./record/damage.ts";
import { type Remains, remainsOf, unreadRemains } from "./record/damagedRecord.ts";
import type { BuildRecords, RecordFacts } from "./record/record.ts";
import { SignatureChecks } from "./signatureChecks.ts";
import { BuildEvents } from "./sources/nixEvents.ts";
import { emptyState } from "./stream/eventState.ts";
import { damagedSummary } from "./summary/damagedSummary.ts";
import { isOrphaned, isUnsupervised, summaryOf, transferStates, warningsOf } from "./summary/summary.ts";
import { TransferRates } from "./summary/transferRates.ts";

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
  /** Starts a supervisor for a Nix whose own was killed. */
  adopt(id: string): Promise<void>;
  /** A build has ended, whoever has started it. */
  ended(id: string): void;
}

/** Every how many ticks records are pruned and packed. */
const tidyEvery = 6000;

/** A record that does not answer for this long is passed over: its disk may be gone (ms). */
const patience = 10_000;

/** The stream of a build that has ended is read for so long, when its derivations are asked for (ms). */
const rereading = 20_000;

/** A build that has not ended. */
interface LiveBuild {
  readonly events: BuildEvents;
  /** What of its record cannot be read. */
  damage: Damage;
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
  /** Records whose disk has not answered yet. */
  readonly #stuck = new Set<string>();
  readonly #watched = new Set<string>();
  readonly #estimator: Estimator;
  readonly #logs: BuildLogs;
  readonly #checks: SignatureChecks;
  readonly #rates = new TransferRates();
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
    this.#logs = new BuildLogs(records);
    this.#checks = new SignatureChecks(records, world);
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
      if (!this.#summaries.has(id)) await this.#guarded(id, () => this.#load(id));
    });
  }

  /** Everything about one build; undefined when there is none of that id. */
  async details(id: string): Promise<Build | undefined> {
    const summary = this.#summaries.get(id);
    if (summary === undefined) return undefined;
    const events = this.#live.get(id)?.events ?? (await this.#reread(id, summary));
    return {
      ...summary,
      derivations: events.derivations(this.#world.builders()),
      transferStates: events.state === undefined ? [] : transferStates(events.state),
    };
  }

  async signatures(id: string): Promise<SignatureReport | undefined> {
    return this.#records.read(id, "signatures");
  }

  /** Whether deltas of a build name its derivations: only while somebody looks. */
  watch(id: string, on: boolean): void {
    if (on && this.#summaries.has(id)) this.#watched.add(id);
    else this.#watched.delete(id);
  }

  /** A page of a log; undefined when there is no build of that id. */
  async log(id: string, request: LogRequest): Promise<LogPage | undefined> {
    const summary = this.#summaries.get(id);
    if (summary === undefined) return undefined;
    await this.#housekeeping.unpack(id);
    return this.#logs.page(summary, this.#live.get(id)?.events.state, request);
  }

  /** A record's files are others now. */
  async reload(id: string): Promise<void> {
    await this.#oneAtATime(async () => {
      if (this.#damaged.has(id)) return this.#guarded(id, () => this.#loadDamaged(id));
      await this.#renew(id);
    });
  }

  /** Publishes what the small files of a build that has ended say now. */
  async #renew(id: string): Promise<void> {
    const known = this.#summaries.get(id);
    if (known === undefined || this.#live.has(id)) return;
    const pinned = await this.#records.isPinned(id);
    const deployment = await this.#records.read(id, "deployment");
    const warnings = warningsOf({ deployment }, known.state, emptyState([]));
    const summary = { ...known, kept: { ...known.kept, pinned }, warnings, revision: known.revision + 1 };
    this.#summaries.set(id, summary);
    this.#tell({ id, revision: summary.revision, summary });
    await this.#writeSummary(summary);
  }

  /** Asks no cache any more for the signatures of a build: what was not looked up is not checked. */
  stopChecking(id: string): void {
    this.#checks.stop(id);
  }

  /** Forgets a build and tells so. */
  removed(id: string): void {
    const summary = this.#summaries.get(id);
    this.#summaries.delete(id);
    this.#live.delete(id);
    this.#checks.forget(id);
    this.#damaged.delete(id);
    this.#runs.ended(id);
    this.#watched.delete(id);
    if (summary !== undefined) this.#tell({ id, revision: summary.revision + 1, summary, removed: true });
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(async () => {
      await this.#oneAtATime(() => this.#look()).catch(error => this.#didFail("a look at the builds", error));
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
    if (this.#ticks % tidyEvery === 0) void this.tidy().catch(error => this.#didFail("pruning builds", error));
    if (this.#ticks % searchEvery === 0) await this.#search();
    for (const id of [...this.#live.keys()]) await this.#guarded(id, () => this.#follow(id));
  }

  async #search(): Promise<void> {
    // Where the folder cannot be read for a while, what is known of it stays.
    const ids = await this.#records.ids().catch(error => this.#didFail("listing the builds", error));
    if (ids === undefined) return;
    for (const id of ids)
      if (!this.#summaries.has(id) || this.#damaged.has(id)) await this.#guarded(id, () => this.#load(id));
    const present = new Set(ids);
    for (const id of [...this.#summaries.keys()]) if (!present.has(id)) this.removed(id);
    await Promise.all(ids.map(id => this.#lookForPin(id)));
  }

  /** Another window may have pinned a build that has ended, or no longer. */
  async #lookForPin(id: string): Promise<void> {
    const known = this.#summaries.get(id);
    if (known === undefined || this.#live.has(id) || this.#damaged.has(id) || this.#stuck.has(id)) return;
    try {
      if ((await this.#records.isPinned(id)) !== (known.kept.pinned === true)) await this.#renew(id);
    } catch (error) {
      this.#didFail(`whether ${id} is pinned`, error);
    }
  }

  /** Works on one record. What goes wrong with it, or does not come to an end, is its own damage and no other's. */
  async #guarded(id: string, work: () => Promise<void>): Promise<void> {
    if (this.#stuck.has(id)) return;
    const done = work()
      .catch(error => {
        this.#didFail(`a look at ${id}`, error);
        return this.#loadDamaged(id, errorText(error));
      })
      .catch(error => this.#didFail(`what is left of ${id}`, error));
    const isInTime = await Promise.race([done.then(() => true), sleep(patience, false, { ref: false })]);
    if (isInTime) return;
    this.#stuck.add(id);
    void done.finally(() => this.#stuck.delete(id));
    const why = t("It could not be read within {0} seconds.", patience / 1000);
    this.#tellDamaged(unreadRemains(id, this.#records.folderOf(id), why));
  }

  async #load(id: string): Promise<void> {
    const summary = await this.#records.read(id, "summary");
    if (summary?.id === id && finalStates.has(summary.state) && !(await this.#isInUse(summary))) {
      this.#damaged.delete(id);
      this.#summaries.set(id, summary);
      this.#tell({ id, revision: summary.revision, summary });
      return;
    }
    if ((await this.#records.facts(id)) === undefined) return this.#loadDamaged(id);
    this.#damaged.delete(id);
    const damage = await this.#records.damage(id);
    this.#live.set(id, { events: new BuildEvents(this.#records, id), damage, told: "" });
    await this.#follow(id);
  }

  /** A build that was told lost may go on, as another version did not know the Nix of a supervisor that was killed. */
  async #isInUse({ id, state }: BuildSummary): Promise<boolean> {
    return state === "lost" && (await this.#records.isInUse(id));
  }

  /** Tells what is left of a record without a request, which is looked for again: it may come back, or only be on its way. */
  async #loadDamaged(id: string, why?: string): Promise<void> {
    this.#damaged.add(id);
    this.#live.delete(id);
    const remains = await remainsOf(this.#records, id, Date.now());
    if (remains === undefined) return;
    if (isUnsupervised(remains)) void this.#runs.adopt(id).catch(error => this.#didFail(`adopting ${id}`, error));
    this.#tellDamaged(why === undefined ? remains : { ...remains, why });
  }

  #tellDamaged(remains: Remains): void {
    const { id } = remains;
    this.#damaged.add(id);
    const known = this.#summaries.get(id);
    const summary = damagedSummary(remains, known);
    if (isDeepStrictEqual(summary, known)) return;
    const next = { ...summary, revision: summary.revision + 1 };
    this.#summaries.set(id, next);
    this.#tell({ id, revision: next.revision, summary: next });
  }

  /** The record says the same, and is read again after a restart. */
  async #writeSummary(summary: BuildSummary): Promise<void> {
    const { id } = summary;
    await this.#records.write(id, "summary", summary).catch(error => this.#didFail(`the summary of ${id}`, error));
  }

  #didFail(what: string, error: unknown): void {
    this.#records.log.warning(`Given up for now: ${what}`, error);
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
      await this.#runs.resume(id).catch(error => this.#didFail(`going on with ${id}`, error));
      facts = (await this.#records.facts(id)) ?? facts;
    }
    if (isUnsupervised(facts)) void this.#runs.adopt(id).catch(error => this.#didFail(`adopting ${id}`, error));
    const { events } = live;
    if (facts.result !== undefined) await this.#records.unpack(id);
    if (live.damage.size > 0 && this.#ticks % searchEvery === 0) live.damage = await this.#records.damage(id);
    const isRead = await events.read(facts).catch(error => {
      live.damage = new Map([...live.damage, ["events", errorText(error)]]);
      return true;
    });
    const summary = this.#summarise(id, facts, events);
    // How it ended is known once all of its stream has been read.
    if (!isRead && finalStates.has(summary.state))
      return this.#publish(live, { ...summary, state: "building", failure: undefined });
    if (events.state !== undefined && summary.state === "building" && this.#world.mayEvaluate(summary.uri))
      void this.#builtRoots.look(id, events.graph, events.state, Date.now());
    if (summary.state === "checking" && facts.output !== undefined) this.#checks.begin(id, facts.output);
    if (facts.cancelled) this.#checks.stop(id);
    await this.#publish(live, summary);
  }

  #summarise(id: string, facts: RecordFacts, { state, graph }: BuildEvents): BuildSummary {
    const revision = this.#summaries.get(id)?.revision ?? 0;
    const [builders, now] = [this.#world.builders(), Date.now()];
    const where = { place: facts.request.place, builders };
    const estimate = state && this.#estimator.estimate(id, graph, state, where, now);
    const summary = summaryOf(facts, state, builders, revision, now, estimate);
    const rate = this.#rates.of(id, summary.transfers, now);
    return rate === undefined ? summary : { ...summary, transfers: { ...summary.transfers, rate } };
  }

  async #publish(live: LiveBuild, summary: BuildSummary): Promise<void> {
    const { id } = summary;
    const { events } = live;
    const derivations = this.#watched.has(id) ? events.changed(this.#world.builders()) : undefined;
    const transfers = this.#watched.has(id) ? events.changedTransfers : undefined;
    events.didTell();
    const text = JSON.stringify({ ...summary, revision: 0 });
    if (text === live.told && (derivations ?? []).length + (transfers ?? []).length === 0) return;
    live.told = text;
    const whole = { ...summary, revision: summary.revision + 1 };
    const next = withDamage(whole, live.damage, this.#records.folderOf(id));
    this.#summaries.set(id, next);
    // What is made again from other files is whole the next time.
    if (finalStates.has(next.state)) await this.#ended(events, isLossy(live.damage) ? next : whole);
    this.#tell({ id, revision: next.revision, summary: next, derivations, transferStates: transfers });
  }

  async #ended({ state: told, graph }: BuildEvents, summary: BuildSummary): Promise<void> {
    const { id, uri, state } = summary;
    this.#live.delete(id);
    this.#runs.ended(id);
    this.#checks.forget(id);
    this.#rates.forget(id);
    if (told !== undefined) await this.#estimator.learn(id, told);
    await this.#writeSummary(summary);
    if (state === "succeeded")
      for (const each of this.list()) if (isOver(each, summary)) void this.#builtRoots.drop(each.id);
    if (state !== "succeeded" && told !== undefined && this.#world.mayEvaluate(uri))
      void this.#builtRoots.keep(id, graph, told, Date.now());
  }

  async #reread(id: string, { state, startedAt, stoppedAt }: BuildSummary): Promise<BuildEvents> {
    await this.#housekeeping.unpack(id);
    const facts = await this.#records.facts(id);
    const events = new BuildEvents(this.#records, id);
    const at = Date.parse(stoppedAt ?? startedAt);
    const end = finalStates.has(state) ? (Number.isNaN(at) ? Date.now() : at) : undefined;
    // Of a stream that cannot be read, or not within that time, what was read is told.
    for (const limit = Date.now() + rereading; Date.now() < limit; )
      if (await events.read(facts ?? {}, end).catch(() => true)) break;
    return events;
  }
}

/** Whether nobody asks for the parts of a build any more, as one of the same that is at least as new has succeeded. */
function isOver(build: BuildSummary, success: BuildSummary): boolean {
  const { uri, machine, attribute } = build;
  const isSame = uri === success.uri && machine === success.machine && attribute === success.attribute;
  return isSame && build.id <= success.id && finalStates.has(build.state);
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
