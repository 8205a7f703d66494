import { type GroupRow, groupKind } from "./group.ts";
import { type HydraProblemRow, type HydraRow, hydraKind, hydraProblemKind } from "./hydra.ts";
import { type MachineRow, machineKind } from "./machine.ts";
import { type NetworkRow, networkKind } from "./network.ts";
import type { MachinesRowKind } from "./row.ts";

/** Every row of the Machines view. */
export type MachinesRow = NetworkRow | GroupRow | MachineRow | HydraRow | HydraProblemRow;

type Kinds = { readonly [K in MachinesRow["kind"]]: MachinesRowKind<Extract<MachinesRow, { kind: K }>, MachinesRow> };

const kinds: Kinds = {
  network: networkKind,
  group: groupKind,
  machine: machineKind,
  hydra: hydraKind,
  hydraProblem: hydraProblemKind,
};

/** The implementation of a row's kind. */
export function kindOf({ kind }: MachinesRow): MachinesRowKind<MachinesRow, MachinesRow> {
  return kinds[kind];
}
