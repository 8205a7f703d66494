import type { Range } from "vscode-languageserver-types";
import type { Machine, MachineSystem, Network } from "../protocol.ts";

/** A system that an evaluation returned. */
export interface EvaluatedSystem {
  readonly system: string;
  /** The system that it is built on; the same unless it is cross-compiled. */
  readonly buildSystem?: string | undefined;
  /** The text has changed since it was evaluated. */
  readonly stale: boolean;
  /** Why the user's Morph may return something else. */
  readonly note?: string | undefined;
}

/** The names of all machines, from an evaluation. */
export interface EvaluatedNames {
  readonly list: readonly string[];
  readonly stale: boolean;
}

/** The position of a machine that the text does not name. */
const beginning: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/**
 * Completes a network with results of evaluations: systems, and machines whose names are computed. What is known from the text
 * takes precedence.
 */
export function withEvaluated(
  network: Network,
  evaluated: (machine: string) => EvaluatedSystem | undefined,
  names?: EvaluatedNames,
): Network {
  const machines = network.machines.map(machine => withSystem(machine, evaluated(machine.name)));
  if (network.complete || names === undefined) return { ...network, machines };
  const stated = new Set(machines.map(({ name }) => name));
  const others = names.list.filter(name => !stated.has(name));
  return {
    ...network,
    machines: [...machines, ...others.map(name => withSystem(computedMachine(name), evaluated(name)))],
    // Names from the evaluation of an earlier text may be gone, and others may be new.
    complete: !names.stale,
  };
}

function computedMachine(name: string): Machine {
  return { name, range: beginning, selectionRange: beginning, system: { origin: "unstated" }, computed: true };
}

function withSystem(stated: Machine, known: EvaluatedSystem | undefined): Machine {
  if (known === undefined) return stated;
  const { stale, note } = known;
  const machine = note === undefined ? stated : { ...stated, evaluatorNote: note };
  if (machine.system.value !== undefined) return machine;
  const system: MachineSystem = { ...machine.system, value: known.system, origin: "evaluated", stale };
  if (known.buildSystem === undefined || known.buildSystem === known.system) return { ...machine, system };
  return { ...machine, system, buildSystem: { value: known.buildSystem, origin: "evaluated", stale } };
}
