import { isDeepStrictEqual } from "node:util";
import * as l10n from "@vscode/l10n";
import type { Outcome } from "../outcome.ts";
import {
  type Build,
  type BuildDelta,
  type BuildSummary,
  finalStates,
  type LogPage,
  type OutdatedBuilds,
  type SignatureReport,
} from "../protocol.ts";
import type { RetainedRecord } from "../retention/history.ts";
import { Housekeeping } from "../retention/housekeeping.ts";
import { Isolation, recordTimeout } from "./isolation.ts";
import { type BuildRuns, type FollowingParts, LiveBuilds } from "./liveBuilds.ts";
import { BuildLogs, type LogRequest } from "./log/pages.ts";
import { type DamagedRecord, damagedRecordOf, unreadableRecord } from "./record/damagedRecord.ts";
import { Rounds } from "./rounds.ts";
import type { BuildSource } from "./sources/source.ts";
import { sourceAt } from "./sources/sources.ts";
import { emptyState } from "./stream/eventState.ts";
import { transferStates } from "./stream/toProtocol.ts";
import { BuildSummaries } from "./summaries.ts";
import { damagedSummary } from "./summary/damagedSummary.ts";
import { signaturesIn } from "./summary/signatures.ts";
import { isUnsupervised } from "./summary/state.ts";
import { warningsOf } from "./summary/summary.ts";

/** Polling interval for running builds (ms), and the minimum time between two deltas of a build. */
const tick = 100;

/** Number of rounds between two searches for builds of other windows. */
const searchEvery = 20;

/** Number of rounds between two runs of pruning and packing. */
const tidyEvery = 6000;

/** Timeout for reading the stream of a finished build when its derivations are requested (ms). */
const rereadTimeout = 20_000;

/**
 * All builds of a storage folder. Everything comes from the records, so it survives a restart; running builds are polled in rounds.
 */
export class BuildStore {
  readonly #parts: FollowingParts;
  readonly #summaries: BuildSummaries;
  readonly #live: LiveBuilds;
  /** Records whose request could not be read. */
  readonly #damaged = new Set<string>();
  readonly #isolation = new Isolation();
  readonly #rounds: Rounds;
  readonly #logs: BuildLogs;
  readonly #housekeeping: Housekeeping;
  /** Build -> the repeated check of its signatures. */
  readonly #checking = new Map<string, Promise<Outcome<SignatureReport>>>();

  constructor(parts: FollowingParts, runs: BuildRuns, publish: (delta: BuildDelta) => void) {
    this.#parts = parts;
    const { records, facts } = parts;
    this.#summaries = new BuildSummaries(publish);
    this.#live = new LiveBuilds(parts, runs, this.#summaries);
    this.#logs = new BuildLogs(records);
    this.#housekeeping = new Housekeeping(
      records,
      id => facts.isInUse(id),
      id => facts.release(id),
    );
    this.#rounds = new Rounds(
      tick,
      round => this.#poll(round),
      error => this.#didFail("polling the builds", error),
    );
  }

  /** Finds the records and starts following running builds. */
  async open(): Promise<void> {
    await this.#parts.estimator.load();
    await this.#rounds.between(() => this.#search());
    this.#rounds.start();
  }

  /** Prunes surplus records and packs the others. To be called once the user's limits are known. */
  async tidy(): Promise<void> {
    await this.#housekeeping.tidy(this.list().map(retained), this.#parts.ports.limits(), id => this.removed(id));
  }

  /** Stops polling. Running builds are not affected. */
  close(): void {
    this.#rounds.stop();
  }

  /** Newest first. */
  list(): BuildSummary[] {
    return this.#summaries.list();
  }

  summary(id: string): BuildSummary | undefined {
    return this.#summaries.get(id);
  }

  /** The newest build of a machine's system. */
  newest(uri: string, machine: string): BuildSummary | undefined {
    return this.#summaries.newest(uri, machine);
  }

  /** A network was read. Returns which of its builds are outdated now, and which no longer are (`BuildSummaries.setText`). */
  setText(uri: string, stamp: string | undefined): OutdatedBuilds | undefined {
    return this.#summaries.setText(uri, stamp);
  }

  /** Adds a record that was just created. */
  async add(id: string): Promise<void> {
    await this.#rounds.between(async () => {
      if (this.summary(id) === undefined) await this.#isolated(id, () => this.#load(id));
    });
  }

  /** Everything about one build; undefined for an unknown id. */
  async details(id: string): Promise<Build | undefined> {
    const summary = this.summary(id);
    if (summary === undefined) return undefined;
    const source = this.#live.sourceOf(id) ?? (await this.#reread(id, summary));
    return {
      ...summary,
      derivations: source.derivations(this.#parts.ports.builders()),
      transferStates: source.state === undefined ? [] : transferStates(source.state),
    };
  }

  async signatures(id: string): Promise<SignatureReport | undefined> {
    return this.#parts.records.read(id, "signatures");
  }

  /**
   * Checks the signatures of a result again, records the report and publishes its summary. A check that fails or is cancelled leaves
   * the last report. One check at a time for a build: the others share its result. @throws when the report cannot be recorded.
   */
  checkAgain(id: string, output: string, signal: AbortSignal): Promise<Outcome<SignatureReport>> {
    const running =
      this.#checking.get(id) ?? this.#checkAgain(id, output, signal).finally(() => this.#checking.delete(id));
    this.#checking.set(id, running);
    return running;
  }

  async #checkAgain(id: string, output: string, signal: AbortSignal): Promise<Outcome<SignatureReport>> {
    const { records, ports } = this.#parts;
    const evaluated = await records.read(id, "evaluation");
    const report = await ports.checkSignatures(output, signal, { evaluation: evaluated?.evaluation, isFresh: true });
    if ("problem" in report || signal.aborted) return report;
    await records.write(id, "signatures", report.value);
    await this.reload(id);
    return report;
  }

  /** Sets whether deltas of a build include its derivations: only while a client shows them. */
  watch(id: string, on: boolean): void {
    this.#live.watch(id, on && this.summary(id) !== undefined);
  }

  /** A page of a log; undefined for an unknown id. */
  async log(id: string, request: LogRequest): Promise<LogPage | undefined> {
    const summary = this.summary(id);
    if (summary === undefined) return undefined;
    await this.#housekeeping.unpack(id);
    const { derivation } = request;
    const host =
      derivation !== undefined && summary.hydra !== undefined ? await this.#parts.facts.hostOf(id) : undefined;
    const file = derivation === undefined ? undefined : await host?.syncLog?.(id, derivation);
    return this.#logs.page(summary, this.#live.sourceOf(id)?.state, request, file);
  }

  /** The files of a record have changed. */
  async reload(id: string): Promise<void> {
    await this.#rounds.between(() =>
      this.#damaged.has(id) ? this.#isolated(id, () => this.#loadDamaged(id)) : this.#renew(id),
    );
  }

  /** Stops querying caches for the signatures of a build: the remaining paths are not checked. */
  stopChecking(id: string): void {
    this.#live.stopChecking(id);
  }

  /** Forgets a build whose record was removed. */
  removed(id: string): void {
    this.#damaged.delete(id);
    this.#live.forget(id);
    this.#summaries.remove(id);
  }

  async #poll(round: number): Promise<void> {
    const isSearch = round % searchEvery === 0;
    if (round % tidyEvery === 0) void this.tidy().catch(error => this.#didFail("pruning builds", error));
    if (isSearch) await this.#search();
    for (const id of this.#live.ids) await this.#isolated(id, () => this.#follow(id, isSearch));
  }

  async #search(): Promise<void> {
    // While the folder cannot be read, known builds are kept.
    const ids = await this.#parts.records.ids().catch(error => this.#didFail("listing the builds", error));
    if (ids === undefined) return;
    for (const id of ids)
      if (this.summary(id) === undefined || this.#damaged.has(id)) await this.#isolated(id, () => this.#load(id));
    const present = new Set(ids);
    for (const id of this.#summaries.ids) if (!present.has(id)) this.removed(id);
    await Promise.all(ids.map(id => this.#checkPin(id)));
  }

  /** Another window may have pinned a build that has ended, or unpinned it. */
  async #checkPin(id: string): Promise<void> {
    const known = this.summary(id);
    if (known === undefined || this.#live.has(id) || this.#damaged.has(id) || this.#isolation.isStuck(id)) return;
    try {
      if ((await this.#parts.records.isPinned(id)) !== (known.kept.pinned === true)) await this.#renew(id);
    } catch (error) {
      this.#didFail(`checking whether ${id} is pinned`, error);
    }
  }

  /** Works on one record. If that fails or hangs, only this record is shown as damaged. */
  async #isolated(id: string, work: () => Promise<void>): Promise<void> {
    const attempt = () =>
      work()
        .catch(error => {
          this.#didFail(`polling ${id}`, error);
          return this.#loadDamaged(id, error instanceof Error ? error.message : String(error));
        })
        .catch(error => this.#didFail(`reading what is left of ${id}`, error));
    if (await this.#isolation.run(id, attempt)) return;
    const why = l10n.t("It could not be read within {0} seconds.", recordTimeout / 1000);
    this.#publishDamaged(unreadableRecord(id, this.#parts.records.folderOf(id), why));
  }

  async #load(id: string): Promise<void> {
    const { records, facts } = this.#parts;
    const summary = await records.read(id, "summary");
    if (summary?.id === id && finalStates.has(summary.state) && !(await this.#isStillRunning(summary))) {
      this.#damaged.delete(id);
      this.#summaries.publish(summary);
      return;
    }
    if ((await facts.of(id)) === undefined) return this.#loadDamaged(id);
    this.#damaged.delete(id);
    await this.#live.begin(id);
    await this.#follow(id, false);
  }

  /** A build that was recorded as lost may still be running: older versions did not find a Nix whose supervisor was killed. */
  async #isStillRunning({ id, state }: BuildSummary): Promise<boolean> {
    return state === "lost" && (await this.#parts.facts.isInUse(id));
  }

  async #follow(id: string, again: boolean): Promise<void> {
    if (!(await this.#live.follow(id, again))) await this.#loadDamaged(id);
  }

  /** Shows what is left of a record without a request. The request is read again later: it may be written at this moment. */
  async #loadDamaged(id: string, why?: string): Promise<void> {
    const { records, facts } = this.#parts;
    this.#damaged.add(id);
    this.#live.release(id);
    const record = await damagedRecordOf(records, facts, id, Date.now());
    if (record === undefined) return;
    if (isUnsupervised(record)) this.#live.adopt(id);
    this.#publishDamaged(why === undefined ? record : { ...record, why });
  }

  #publishDamaged(record: DamagedRecord): void {
    const { id } = record;
    this.#damaged.add(id);
    const known = this.summary(id);
    const summary = damagedSummary(record, known);
    if (!isDeepStrictEqual(summary, known))
      this.#summaries.publish({ ...summary, revision: this.#summaries.nextRevision(id) });
  }

  /** Publishes the current content of the small files of a finished build. */
  async #renew(id: string): Promise<void> {
    const { records } = this.#parts;
    const known = this.summary(id);
    if (known === undefined || this.#live.has(id)) return;
    const pinned = await records.isPinned(id);
    const deployment = await records.read(id, "deployment");
    const stored = await records.read(id, "stored");
    const hydra = known.hydra && (await records.read(id, "hydra"));
    const report = await records.read(id, "signatures");
    const warnings = warningsOf({ deployment, stored, hydra }, known.state, emptyState([]));
    const kept = { bytes: report?.bytes ?? known.kept.bytes, pinned };
    const summary = { ...known, ...(report && signaturesIn(report)), kept, warnings, revision: known.revision + 1 };
    this.#summaries.publish(summary);
    await records.write(id, "summary", summary).catch(error => this.#didFail(`writing the summary of ${id}`, error));
  }

  async #reread(id: string, { state, startedAt, stoppedAt, place }: BuildSummary): Promise<BuildSource> {
    await this.#housekeeping.unpack(id);
    const { records, facts } = this.#parts;
    const known = await facts.of(id);
    const events = sourceAt(place, records, id);
    const at = Date.parse(stoppedAt ?? startedAt);
    const end = finalStates.has(state) ? (Number.isNaN(at) ? Date.now() : at) : undefined;
    // If the stream cannot be read, or not in time, the part that was read is shown.
    for (const limit = Date.now() + rereadTimeout; Date.now() < limit; )
      if (await events.read(known ?? {}, end).catch(() => true)) break;
    return events;
  }

  #didFail(what: string, error: unknown): void {
    this.#parts.records.log.warning(`Failed for now: ${what}`, error);
  }
}

/** What pruning needs to know about a build. */
function retained(build: BuildSummary): RetainedRecord {
  const { id, uri, machine, attribute, state, startedAt, stoppedAt, kept } = build;
  return {
    id,
    hasEnded: finalStates.has(state),
    at: Date.parse(stoppedAt ?? startedAt),
    isPinned: kept.pinned === true,
    success: state === "succeeded" ? JSON.stringify([uri, machine, attribute]) : undefined,
  };
}
