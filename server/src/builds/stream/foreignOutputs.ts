import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import { change, type EventState, isPending } from "./eventState.ts";

/**
 * Finds the derivations of a plan whose outputs this build gets from elsewhere. Nix reports nothing about an output that already
 * exists, so it follows from other derivations: everything that a derivation needs is in the store when its build starts.
 */
export class ForeignOutputs {
  readonly #graph: readonly PlannedDerivation[];
  readonly #indexes: ReadonlyMap<string, number>;
  /** Store path -> its derivation. */
  readonly #owners: ReadonlyMap<string, string>;

  constructor(graph: readonly PlannedDerivation[]) {
    this.#graph = graph;
    this.#indexes = new Map(graph.map(({ drvPath }, index) => [drvPath, index]));
    this.#owners = new Map(graph.flatMap(({ drvPath, outputs = [] }) => outputs.map(output => [output, drvPath])));
  }

  /** Marks what was fetched, and what must exist according to the derivations that changed. */
  note(state: EventState): void {
    for (const transfer of state.transfers.values()) {
      const { path, from } = transfer;
      if (transfer.state !== "done" || state.unconfirmed.includes(transfer)) continue;
      if (state.fetching.has(`${path} ${from}`)) settle(state, this.#owners.get(path), "fetched");
    }
    for (const drvPath of [...state.changed]) {
      const now = state.derivations.get(drvPath)?.state;
      if (now !== "building" && now !== "built") continue;
      const { dependencies = [] } = this.#graph[this.#indexes.get(drvPath) ?? -1] ?? {};
      for (const index of dependencies) settle(state, this.#graph[index]?.drvPath, "built-by-another");
    }
  }
}

function settle(state: EventState, drvPath: string | undefined, to: "fetched" | "built-by-another"): void {
  const derivation = drvPath === undefined ? undefined : state.derivations.get(drvPath);
  if (derivation !== undefined && isPending(derivation)) change(state, derivation, { state: to });
}
