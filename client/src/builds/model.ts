import { transferKey } from "../../../server/src/common/transferKey.ts";
import type { Build, BuildDelta, BuildSummary, DerivationState, TransferState } from "../../../server/src/protocol.ts";
import { isUnfinished } from "./state.ts";

/** What a message of the server changes on screen. */
export type BuildsChange =
  | { readonly kind: "none" }
  /** A build came or went, or the order is another. */
  | { readonly kind: "list" }
  /** A build looks different, or the order of its derivations does. */
  | { readonly kind: "build"; readonly id: string }
  /** Only these derivations look different. */
  | { readonly kind: "derivations"; readonly id: string; readonly drvPaths: readonly string[] };

/** What a delta did. */
export interface Applied {
  readonly change: BuildsChange;
  /** The details have to be asked for again: a delta before this one got lost, or what they did not yet tell is known now. */
  readonly missed: boolean;
}

interface Entry {
  readonly summary: BuildSummary;
  /** Present while somebody looks at them. */
  readonly derivations?: Derivations | undefined;
  readonly transfers?: Transfers | undefined;
}

/** What is fetched and copied, the oldest first. */
type Transfers = ReadonlyMap<string, TransferState>;

/** A build's derivations by their paths, in the server's order: what they depend on are places in it. */
type Derivations = ReadonlyMap<string, DerivationState>;

const nothing: Applied = { change: { kind: "none" }, missed: false };

/** The builds as the server told them: a list, and the derivations of those that somebody looks at. Knows no VS Code. */
export class BuildsModel {
  readonly #entries = new Map<string, Entry>();
  readonly #lists = new WeakMap<Derivations, readonly DerivationState[]>();

  /** Running ones on top, then the newest first. */
  get summaries(): readonly BuildSummary[] {
    return [...this.#entries.values()].map(({ summary }) => summary).sort(compare);
  }

  get unfinished(): readonly BuildSummary[] {
    return this.summaries.filter(isUnfinished);
  }

  summary(id: string): BuildSummary | undefined {
    return this.#entries.get(id)?.summary;
  }

  /** The same list as long as none of them changes. Undefined until `setDetails`. */
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

  /** Those that are known; none until `setDetails`. */
  transfers(id: string): readonly TransferState[] {
    return [...(this.#entries.get(id)?.transfers?.values() ?? [])];
  }

  transfer(id: string, key: string): TransferState | undefined {
    return this.#entries.get(id)?.transfers?.get(key);
  }

  /** Takes the server's whole list. */
  replaceAll(summaries: readonly BuildSummary[]): void {
    this.#entries.clear();
    for (const summary of summaries) this.#entries.set(summary.id, { summary });
  }

  /** Applies a delta. One that is not newer than what is known changes nothing. */
  apply(delta: BuildDelta): Applied {
    const old = this.#entries.get(delta.id);
    if (delta.removed === true) return this.#remove(delta.id);
    if (old === undefined) {
      this.#entries.set(delta.id, { summary: delta.summary });
      return { change: { kind: "list" }, missed: false };
    }
    if (delta.revision <= old.summary.revision) return nothing;
    const missed = old.derivations !== undefined && (delta.revision > old.summary.revision + 1 || begins(old, delta));
    const next = {
      summary: delta.summary,
      derivations: merge(old.derivations, delta.derivations ?? []),
      transfers: withTransfers(old.transfers, delta.transferStates ?? []),
    };
    this.#entries.set(delta.id, next);
    return { change: changeOf(old, next, delta), missed };
  }

  /** Takes a build's derivations; later deltas change them. */
  setDetails({ derivations, transferStates, ...summary }: Build): BuildsChange {
    const old = this.#entries.get(summary.id);
    if (old === undefined) return { kind: "none" };
    const newest = summary.revision >= old.summary.revision ? summary : old.summary;
    this.#entries.set(summary.id, {
      summary: newest,
      derivations: merge(new Map(), derivations),
      transfers: withTransfers(new Map(), transferStates),
    });
    return isUnfinished(newest) === isUnfinished(old.summary) ? { kind: "build", id: summary.id } : { kind: "list" };
  }

  /** Forgets a build's derivations: nobody looks at them any more. */
  dropDetails(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#entries.set(id, { summary: entry.summary });
  }

  #remove(id: string): Applied {
    return this.#entries.delete(id) ? { change: { kind: "list" }, missed: false } : nothing;
  }
}

function compare(a: BuildSummary, b: BuildSummary): number {
  return Number(isUnfinished(b)) - Number(isUnfinished(a)) || Date.parse(b.startedAt) - Date.parse(a.startedAt);
}

/** What depends on what is known when a build begins. */
function begins(old: Entry, { summary }: BuildDelta): boolean {
  return summary.state === "building" && old.summary.state !== "building";
}

/** What a derivation depends on is told once, with the details. */
function merge<T extends Derivations | undefined>(old: T, changed: readonly DerivationState[]): T | Derivations {
  if (old === undefined || changed.length === 0) return old;
  const merged = new Map(old);
  for (const state of changed) {
    const dependencies = state.dependencies ?? old.get(state.drvPath)?.dependencies;
    merged.set(state.drvPath, dependencies === undefined ? state : { ...state, dependencies });
  }
  return merged;
}

function withTransfers<T extends Transfers | undefined>(old: T, changed: readonly TransferState[]): T | Transfers {
  if (old === undefined || changed.length === 0) return old;
  return new Map([...old, ...changed.map((transfer): [string, TransferState] => [transferKey(transfer), transfer])]);
}

function changeOf(old: Entry, next: Entry, { id, derivations = [] }: BuildDelta): BuildsChange {
  if (isUnfinished(old.summary) !== isUnfinished(next.summary)) return { kind: "list" };
  const moved = derivations.some(({ drvPath, state }) => old.derivations?.get(drvPath)?.state !== state);
  if (old.derivations !== undefined && moved) return { kind: "build", id };
  if (look(old.summary) !== look(next.summary)) return { kind: "build", id };
  if (old.derivations === undefined || derivations.length === 0) return { kind: "none" };
  return { kind: "derivations", id, drvPaths: derivations.map(({ drvPath }) => drvPath) };
}

/** What of a summary can be seen: all but its revision. */
function look(summary: BuildSummary): string {
  return JSON.stringify({ ...summary, revision: 0 });
}
