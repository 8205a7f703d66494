import type { MachineSystem, Network } from "../protocol.ts";

/** A system that evaluation has told, and the text that it was told of. */
export interface EvaluatedSystem {
  readonly system: string;
  readonly stale: boolean;
}

/** A network with what evaluation has told where the text does not tell. */
export function withEvaluated(network: Network, evaluated: (machine: string) => EvaluatedSystem | undefined): Network {
  return {
    ...network,
    machines: network.machines.map(machine => {
      const known = machine.system.value === undefined ? evaluated(machine.name) : undefined;
      if (known === undefined) return machine;
      const system: MachineSystem = { ...machine.system, value: known.system, origin: "evaluated", stale: known.stale };
      return { ...machine, system };
    }),
  };
}
