import type { EvaluatedNames, EvaluatedSystem } from "../../network/evaluated.ts";
import type { Need } from "../../nix/derivations/needs.ts";
import type { EvaluatedMachine } from "../../protocol.ts";
import { merge, type StoredMachine, type StoredNames, type StoredNetwork } from "./stored.ts";

/**
 * The systems and names from evaluations, each with the stamp of the network text that was evaluated. They are stale while the
 * text differs, but are never discarded for that reason.
 */
export class EvaluatedSystems {
  readonly #machines = new Map<string, Map<string, StoredMachine>>();
  readonly #names = new Map<string, StoredNames>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Whether anything is known of a network. */
  has(uri: string): boolean {
    return this.#machines.has(uri) || this.#names.has(uri);
  }

  remember(uri: string, { machine, system, buildSystem, evaluator: { note } }: EvaluatedMachine, stamp: string): void {
    const machines = this.#machines.get(uri) ?? new Map<string, StoredMachine>();
    const needs = this.needs(uri, machine, stamp);
    machines.set(machine, { system, buildSystem, stamp, at: this.#now().toISOString(), note, needs });
    this.#machines.set(uri, machines);
  }

  /** Remembers what the derivations of a machine require of builders. False if that was known or this text was not evaluated. */
  rememberNeeds(uri: string, machine: string, needs: readonly Need[], stamp: string): boolean {
    const machines = this.#machines.get(uri);
    const known = machines?.get(machine);
    if (known?.stamp !== stamp || JSON.stringify(known.needs) === JSON.stringify(needs)) return false;
    machines?.set(machine, { ...known, needs });
    return true;
  }

  /** What they require; undefined if unknown, or evaluated from a different text. */
  needs(uri: string, machine: string, stamp: string | undefined): readonly Need[] | undefined {
    const known = this.#machines.get(uri)?.get(machine);
    return known?.stamp === stamp ? known?.needs : undefined;
  }

  /** @param list the names of all machines. */
  rememberNames(uri: string, list: readonly string[], stamp: string): void {
    this.#names.set(uri, { list, stamp, at: this.#now().toISOString() });
  }

  /** @param stamp of the current text. */
  get(uri: string, machine: string, stamp: string | undefined): EvaluatedSystem | undefined {
    const known = this.#machines.get(uri)?.get(machine);
    if (known === undefined) return undefined;
    const { system, buildSystem, note } = known;
    return { system, buildSystem, stale: known.stamp !== stamp, ...(note !== undefined && { note }) };
  }

  names(uri: string, stamp: string | undefined): EvaluatedNames | undefined {
    const known = this.#names.get(uri);
    return known && { list: known.list, stale: known.stamp !== stamp };
  }

  /** How many results, of machines and of the names, are from a different text. */
  staleCount(uri: string, stamp: string | undefined): number {
    const results = [...(this.#machines.get(uri)?.values() ?? []), this.#names.get(uri)];
    return results.filter(each => each !== undefined && each.stamp !== stamp).length;
  }

  /** The results to store for a network. */
  stored(uri: string): StoredNetwork {
    return { uri, machines: Object.fromEntries(this.#machines.get(uri) ?? []), names: this.#names.get(uri) };
  }

  /** Adds stored results unless newer ones are known. */
  restore(stored: StoredNetwork): void {
    const { uri, machines, names } = merge(stored, this.stored(stored.uri));
    this.#machines.set(uri, new Map(Object.entries(machines)));
    if (names !== undefined) this.#names.set(uri, names);
  }
}
