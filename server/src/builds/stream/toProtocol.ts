import { nameOfStorePath } from "../../common/storePath.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import type { BuilderId, DerivationState, TransferState } from "../../protocol.ts";
import type { EventState, FollowedDerivation } from "./eventState.ts";

/**
 * Converts a derivation to its protocol form.
 *
 * @param emulated whether its builder emulates its system.
 * @param expectedOn the builder that it was expected on, if another one got it.
 */
export function derivationState(
  derivation: FollowedDerivation,
  emulated?: boolean,
  expectedOn?: BuilderId,
): DerivationState {
  const { drvPath, attempt, state, phase, builder, startedAt, stoppedAt, tail, keptFolder } = derivation;
  return {
    drvPath,
    name: nameOfStorePath(drvPath),
    attempt,
    state,
    phase,
    builder,
    emulated: emulated === true ? true : undefined,
    ...(expectedOn !== undefined && { expectedOn }),
    startedAt: startedAt === undefined ? undefined : new Date(startedAt).toISOString(),
    stoppedAt: stoppedAt === undefined ? undefined : new Date(stoppedAt).toISOString(),
    lastLine: tail.at(-1),
    keptFolder,
  };
}

/** Adds to each derivation the indices of its dependencies in the list. */
export function withDependencies(
  derivations: readonly DerivationState[],
  graph: readonly PlannedDerivation[],
): DerivationState[] {
  const places = new Map(derivations.map(({ drvPath }, place) => [drvPath, place]));
  const planned = new Map(graph.map(each => [each.drvPath, each]));
  return derivations.map(derivation => {
    const dependencies = planned.get(derivation.drvPath)?.dependencies.flatMap(index => {
      const place = places.get(graph[index]?.drvPath ?? "");
      return place === undefined ? [] : [place];
    });
    return dependencies === undefined ? derivation : { ...derivation, dependencies };
  });
}

/** Converts the transfers to their protocol form. */
export function transferStates({ transfers }: EventState): TransferState[] {
  return [...transfers.values()].map(({ path, from, to, done, expected, state }) => ({
    path,
    from,
    to,
    done,
    expected,
    state,
  }));
}
