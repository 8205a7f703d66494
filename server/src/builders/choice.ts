import type { Need } from "../nix/derivations/needs.ts";
import type { Builder, BuildMode, Capability, Place } from "../protocol.ts";
import { canBuild, canBuildAll, type NeedVerdict, slotsFor } from "./capability.ts";
import { capabilityOf } from "./capabilityText.ts";

/** A builder with what it can do for a machine. */
export interface RatedBuilder {
  readonly builder: Builder;
  readonly capability: Capability;
}

/** Who can build a machine. */
export interface Choice {
  /** All builders, those that cannot as well, in the order in which Nix asks. */
  readonly builders: readonly RatedBuilder[];
  /** Whether everything that the machine needs finds a builder, be it not the same one. */
  readonly isComplete: boolean;
}

/**
 * Who can build a machine. Nix asks its remote builders first (`build-remote.cc`: a machine of the right type wins over a local
 * build), the faster one before the slower, and this machine last.
 *
 * @param needs of its derivations, those of its own system first.
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

/** The better a mode, the earlier: one that is not known may be native. */
const modes: readonly BuildMode[] = ["native", "compatible", "unknown", "emulated", "impossible"];

/** In the order in which they are offered to a person: those that cannot last. */
export function bestFirst(builders: readonly RatedBuilder[]): RatedBuilder[] {
  const rank = ({ capability }: RatedBuilder) => modes.indexOf(capability.mode);
  return builders.toSorted((a, b) => rank(a) - rank(b));
}

/** The builders that Nix may use at a place. */
export function buildersAt(place: Place, builders: readonly Builder[]): readonly Builder[] {
  return place.kind === "only" ? builders.filter(({ id }) => id === place.builder) : builders;
}

/** How many derivations that have one of these needs can be built at once. */
export function slotsAt(place: Place, builders: readonly Builder[], needs: readonly Need[]): number {
  return buildersAt(place, builders).reduce(
    (sum, builder) => sum + Math.max(0, ...needs.map(need => slotsFor(builder, need))),
    0,
  );
}
