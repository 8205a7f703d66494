import type { Need } from "../nix/derivations/needs.ts";
import type { Builder, BuildMode, Capability, Place } from "../protocol.ts";
import { canBuild, canBuildAll, type NeedVerdict, slotsFor } from "./capability.ts";
import { capabilityOf } from "./capabilityText.ts";

/** A builder and its capability for a machine. */
export interface RatedBuilder {
  readonly builder: Builder;
  readonly capability: Capability;
}

/** The builders for a machine. */
export interface Choice {
  /** All builders, including those that cannot build it, in the order in which Nix asks them. */
  readonly builders: readonly RatedBuilder[];
  /** Whether every need of the machine has a builder, not necessarily the same one. */
  readonly isComplete: boolean;
}

/**
 * Finds the builders for a machine. Nix asks its remote builders first (`build-remote.cc`: a machine of the right type wins over a
 * local build), faster before slower ones, and this machine last.
 *
 * @param needs of its derivations, those for the machine's own system first.
 */
export function choiceFor(needs: readonly Need[], builders: readonly Builder[]): Choice {
  const speed = ({ verdict }: NeedVerdict) => (verdict.can ? verdict.offer.speedFactor : 0);
  const rated = builders
    .flatMap(builder => {
      const found = canBuildAll(builder, needs);
      return found === undefined ? [] : [{ builder, found }];
    })
    .toSorted(
      (a, b) =>
        Number(a.builder.kind === "local") - Number(b.builder.kind === "local") || speed(b.found) - speed(a.found),
    );
  return {
    builders: rated.map(({ builder, found }) => ({ builder, capability: capabilityOf(builder, found) })),
    isComplete: needs.every(need => builders.some(builder => canBuild(builder, need).can)),
  };
}

/** Best mode first: an unknown one may be native. */
const modes: readonly BuildMode[] = ["native", "compatible", "unknown", "emulated", "impossible"];

/** The order in which a quick pick offers them: those that cannot build it come last. */
export function bestFirst(builders: readonly RatedBuilder[]): RatedBuilder[] {
  const rank = ({ capability }: RatedBuilder) => modes.indexOf(capability.mode);
  return builders.toSorted((a, b) => rank(a) - rank(b));
}

/** The builders that Nix may use at a place. */
export function buildersAt(place: Place, builders: readonly Builder[]): readonly Builder[] {
  return place.kind === "only" ? builders.filter(({ id }) => id === place.builder) : builders;
}

/** How many derivations with any of these needs can be built in parallel. */
export function slotsAt(place: Place, builders: readonly Builder[], needs: readonly Need[]): number {
  return buildersAt(place, builders).reduce(
    (sum, builder) => sum + Math.max(0, ...needs.map(need => slotsFor(builder, need))),
    0,
  );
}
