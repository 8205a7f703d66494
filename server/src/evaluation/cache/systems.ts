import type { EvaluatedNames, EvaluatedSystem } from "../../network/evaluated.ts";
import type { Need } from "../../nix/derivations/needs.ts";
import type { EvaluatedMachine } from "../../protocol.ts";
import { merge, type StoredMachine, type StoredNames, type StoredNetwork } from "./stored.ts";

/**
 * The systems and names that evaluations have told, each with the stamp of the network's text that it was told of. They are
 * stale while the text is another, and never thrown away because of that.
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

  /** What the derivations of a machine ask of builders. False: that was known, or the machine was not evaluated of this text. */
  rememberNeeds(uri: string, machine: string, needs: readonly Need[], stamp: string): boolean {
    const machines = this.#machines.get(uri);
    const known = machines?.get(machine);
    if (known?.stamp !== stamp || JSON.stringify(known.needs) === JSON.stringify(needs)) return false;
    machines?.set(machine, { ...known, needs });
    return true;
  }

  /** What they ask; undefined: not known, or told of another text. */
  needs(uri: string, machine: string, stamp: string | undefined): readonly Need[] | undefined {
    const known = this.#machines.get(uri)?.get(machine);
    return known?.stamp === stamp ? known?.needs : undefined;
  }

  /** @param list the names of all machines. */
  rememberNames(uri: string, list: readonly string[], stamp: string): void {
    this.#names.set(uri, { list, stamp, at: this.#now().toISOString() });
  }

  /** @param stamp that of the text as it is now. */
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

  /** How many of the machines, and the names, were told of another text. */
  staleCount(uri: string, stamp: string | undefined): number {
    const told = [...(this.#machines.get(uri)?.values() ?? []), this.#names.get(uri)];
    return told.filter(each => each !== undefined && each.stamp !== stamp).length;
  }

  /** What is to be kept of a network. */
  stored(uri: string): StoredNetwork {
    return { uri, machines: Object.fromEntries(this.#machines.get(uri) ?? []), names: this.#names.get(uri) };
  }

  /** Adds what was kept, as far as nothing newer is known. */
  restore(stored: StoredNetwork): void {
    const { uri, machines, names } = merge(stored, this.stored(stored.uri));
    this.#machines.set(uri, new Map(Object.entries(machines)));
    if (names !== undefined) this.#names.set(uri, names);
  }
}
