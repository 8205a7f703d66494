import { transferKey } from "../../../server/src/common/transferKey.ts";
import type { DerivationState, TransferState } from "../../../server/src/protocol.ts";

/** Downloads, uploads and copies, the oldest first. */
export type Transfers = ReadonlyMap<string, TransferState>;

/** A build's derivations by path, in the server's order: their dependencies are indexes into it. */
export type Derivations = ReadonlyMap<string, DerivationState>;

/** Adds what changed. Dependencies are sent only once, with the details. */
export function withDerivations<T extends Derivations | undefined>(
  old: T,
  changed: readonly DerivationState[],
): T | Derivations {
  if (old === undefined || changed.length === 0) return old;
  const merged = new Map(old);
  for (const state of changed) {
    const dependencies = state.dependencies ?? old.get(state.drvPath)?.dependencies;
    merged.set(state.drvPath, dependencies === undefined ? state : { ...state, dependencies });
  }
  return merged;
}

/** Adds what changed. */
export function withTransfers<T extends Transfers | undefined>(
  old: T,
  changed: readonly TransferState[],
): T | Transfers {
  if (old === undefined || changed.length === 0) return old;
  return new Map([...old, ...changed.map((transfer): [string, TransferState] => [transferKey(transfer), transfer])]);
}
