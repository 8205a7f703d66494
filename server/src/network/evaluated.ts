import type { Range } from "vscode-languageserver-types";
import type { Machine, MachineSystem, Network } from "../protocol.ts";

/** A system that evaluation has told. */
export interface EvaluatedSystem {
  readonly system: string;
  /** Where it is built; the same unless it is cross-compiled. */
  readonly buildSystem?: string | undefined;
  /** The text that it was told of is another now. */
  readonly stale: boolean;
  /** Why the user's Morph may evaluate it to something else. */
  readonly note?: string | undefined;
}

/** The names of all machines, as evaluation has told them. */
export interface EvaluatedNames {
  readonly list: readonly string[];
  readonly stale: boolean;
}

/** Where a machine stands that the text does not name. */
const beginning: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/**
 * A network with what evaluation has told where the text does not tell: systems, and the machines whose names are computed. What
 * the text tells counts before it.
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
    // A name that evaluation told of another text may be gone, and others may have come.
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
