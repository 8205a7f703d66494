import type {
  Build,
  BuildDelta,
  BuildSummary,
  DerivationState,
  OutdatedBuilds,
  TransferState,
} from "../../../server/src/protocol.ts";
import { type Batch, batchesOf } from "./batches.ts";
import { type Derivations, type Transfers, withDerivations, withTransfers } from "./details.ts";
import { isUnfinished } from "./state.ts";

/** What has to be refreshed after a message of the server. */
export type BuildsChange =
  | { readonly kind: "none" }
  /** A build was added or removed, or the order changed. */
  | { readonly kind: "list" }
  /** A build changed, or the order of its derivations. */
  | { readonly kind: "build"; readonly id: string }
  /** Only these derivations changed. */
  | { readonly kind: "derivations"; readonly id: string; readonly drvPaths: readonly string[] };

/** The result of applying a delta. */
export interface Applied {
  readonly change: BuildsChange;
  /** The details must be requested again: a delta was missed, or dependencies are known only now. */
  readonly missed: boolean;
  /** A build was added or removed, or has another state. */
  readonly hasNewState: boolean;
}

interface Entry {
  readonly summary: BuildSummary;
  /** Present while the build's row is expanded. */
  readonly derivations?: Derivations | undefined;
  readonly transfers?: Transfers | undefined;
}

const nothing: Applied = { change: { kind: "none" }, missed: false, hasNewState: false };
const newList: Applied = { change: { kind: "list" }, missed: false, hasNewState: true };

/** The last published state of all builds, with the derivations of those whose rows are expanded. Independent of VS Code. */
export class BuildsModel {
  readonly #entries = new Map<string, Entry>();
  #summaries: readonly BuildSummary[] | undefined;
  #batches: ReadonlyMap<string, Batch> | undefined;
  readonly #lists = new WeakMap<Derivations, readonly DerivationState[]>();

  /** Unfinished builds first, then by start time, newest first. The same array until one of them changes. */
  get summaries(): readonly BuildSummary[] {
    this.#summaries ??= [...this.#entries.values()].map(({ summary }) => summary).sort(compare);
    return this.#summaries;
  }

  /** Batch id -> batch. */
  get batches(): ReadonlyMap<string, Batch> {
    this.#batches ??= batchesOf(this.summaries);
    return this.#batches;
  }

  get unfinished(): readonly BuildSummary[] {
    return this.summaries.filter(isUnfinished);
  }

  summary(id: string): BuildSummary | undefined {
    return this.#entries.get(id)?.summary;
  }

  /** The same array until one of them changes. Undefined until `setDetails`. */
  derivations(id: string): readonly DerivationState[] | undefined {
    const derivations = this.#entries.get(id)?.derivations;
    if (derivations === undefined) return undefined;
    const list = this.#lists.get(derivations) ?? [...derivations.values()];
    this.#lists.set(derivations, list);
    return list;
  }

  derivation(id: string, drvPath: string): DerivationState | undefined {
    return this.#entries.get(id)?.derivations?.get(drvPath);
  }

  /** Empty until `setDetails`. */
  transfers(id: string): readonly TransferState[] {
    return [...(this.#entries.get(id)?.transfers?.values() ?? [])];
  }

  transfer(id: string, key: string): TransferState | undefined {
    return this.#entries.get(id)?.transfers?.get(key);
  }

  /** Replaces the whole list. */
  replaceAll(summaries: readonly BuildSummary[]): void {
    this.#entries.clear();
    this.#didChangeList();
    for (const summary of summaries) this.#set(summary.id, { summary });
  }

  /** Applies a delta. An outdated one is ignored. */
  apply(delta: BuildDelta): Applied {
    const old = this.#entries.get(delta.id);
    if (delta.removed === true) return this.#remove(delta.id);
    if (old === undefined) {
      this.#set(delta.id, { summary: delta.summary });
      return newList;
    }
    if (delta.revision <= old.summary.revision) return nothing;
    const missed = old.derivations !== undefined && (delta.revision > old.summary.revision + 1 || starts(old, delta));
    const next = {
      summary: delta.summary,
      derivations: withDerivations(old.derivations, delta.derivations ?? []),
      transfers: withTransfers(old.transfers, delta.transferStates ?? []),
    };
    this.#set(delta.id, next);
    const hasNewState = old.summary.state !== next.summary.state;
    return { change: changeOf(old, next, delta), missed, hasNewState };
  }

  /** Sets a build's derivations and transfers; later deltas update them. */
  setDetails({ derivations, transferStates, ...summary }: Build): BuildsChange {
    const old = this.#entries.get(summary.id);
    if (old === undefined) return { kind: "none" };
    const newest = summary.revision >= old.summary.revision ? summary : old.summary;
    this.#set(summary.id, {
      summary: newest,
      derivations: withDerivations(new Map(), derivations),
      transfers: withTransfers(new Map(), transferStates),
    });
    return isUnfinished(newest) === isUnfinished(old.summary) ? { kind: "build", id: summary.id } : { kind: "list" };
  }

  /** The text of a network changed, or changed back. Their revision stays the same. */
  setOutdated({ outdated, current }: OutdatedBuilds): void {
    const isOutdated = new Set(outdated);
    for (const id of [...outdated, ...current]) {
      const entry = this.#entries.get(id);
      const flag = isOutdated.has(id) ? (true as const) : undefined;
      if (entry !== undefined) this.#set(id, { ...entry, summary: { ...entry.summary, outdated: flag } });
    }
  }

  /** Forgets a build's derivations, after its row was collapsed. */
  dropDetails(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#set(id, { summary: entry.summary });
  }

  #set(id: string, entry: Entry): void {
    const old = this.#entries.get(id)?.summary;
    this.#entries.set(id, entry);
    if (old === undefined || compare(old, entry.summary) !== 0) return this.#didChangeList();
    // While builds run, this happens several times a second: the list is not sorted again.
    this.#summaries = this.#summaries?.map(summary => (summary === old ? entry.summary : summary));
    if (old.batch !== undefined) this.#batches = undefined;
  }

  #didChangeList(): void {
    this.#summaries = undefined;
    this.#batches = undefined;
  }

  #remove(id: string): Applied {
    this.#didChangeList();
    return this.#entries.delete(id) ? newList : nothing;
  }
}

function compare(a: BuildSummary, b: BuildSummary): number {
  return Number(isUnfinished(b)) - Number(isUnfinished(a)) || Date.parse(b.startedAt) - Date.parse(a.startedAt);
}

/** Whether a build starts with this delta: from then on, the dependencies of its derivations are known. */
function starts(old: Entry, { summary }: BuildDelta): boolean {
  return summary.state === "building" && old.summary.state !== "building";
}

function changeOf(old: Entry, next: Entry, { id, derivations = [] }: BuildDelta): BuildsChange {
  if (isUnfinished(old.summary) !== isUnfinished(next.summary)) return { kind: "list" };
  const moved = derivations.some(({ drvPath, state }) => old.derivations?.get(drvPath)?.state !== state);
  if (old.derivations !== undefined && moved) return { kind: "build", id };
  if (look(old.summary) !== look(next.summary)) return { kind: "build", id };
  if (old.derivations === undefined || derivations.length === 0) return { kind: "none" };
  return { kind: "derivations", id, drvPaths: derivations.map(({ drvPath }) => drvPath) };
}

/** Everything in a summary that is visible: all but its revision. */
function look(summary: BuildSummary): string {
  return JSON.stringify({ ...summary, revision: 0 });
}
