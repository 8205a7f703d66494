import type { Need } from "../nix/derivations/needs.ts";
import type { Builder, BuildMode, Capability, Place } from "../protocol.ts";
import { canBuild, canBuildAll, slotsFor } from "./capability.ts";
import { capabilityOf } from "./capabilityText.ts";
import { type Caveat, caveatsFor } from "./caveats.ts";
import { askedInOrder } from "./schedule.ts";

/** A builder and its capability for a machine. */
export interface RatedBuilder {
  readonly builder: Builder;
  readonly capability: Capability;
}

/** The builders for a machine. */
export interface Choice {
  /** All builders, including those that cannot build it, in the order in which Nix asks them. */
  readonly builders: readonly RatedBuilder[];
  /** Where it is built unless the user chooses: Nix schedules it, or a setting names a builder. */
  readonly place: Place;
  /** Whether every need of the machine has a builder at this place, not necessarily the same one. */
  readonly isComplete: boolean;
  /** What is worth knowing before it is built at this place. */
  readonly caveats: readonly Caveat[];
}

/**
 * Finds the builders for a machine. The order is that of Nix's scheduler for the machine's own system; those that it does not ask
 * come last.
 *
 * @param needs of its derivations, those for the machine's own system first.
 */
export function choiceFor(
  needs: readonly Need[],
  builders: readonly Builder[],
  place: Place = { kind: "schedule" },
): Choice {
  const [first] = needs;
  const asked = first === undefined ? [] : askedInOrder(first, builders);
  const others = builders.filter(builder => !asked.includes(builder));
  const remoteFirst = others.toSorted((a, b) => Number(a.kind === "local") - Number(b.kind === "local"));
  const allowed = buildersAt(place, builders);
  return {
    builders: [...asked, ...remoteFirst].flatMap(builder => {
      const found = canBuildAll(builder, needs);
      return found === undefined ? [] : [{ builder, capability: capabilityOf(builder, found) }];
    }),
    place,
    // Hydra has machines of its own.
    isComplete: place.kind === "hydra" || needs.every(need => allowed.some(builder => canBuild(builder, need).can)),
    caveats: place.kind === "hydra" ? [] : caveatsFor(needs, allowed),
  };
}

/** Best mode first: an unknown one may be native. */
const modes: readonly BuildMode[] = ["native", "compatible", "unknown", "emulated", "impossible"];

/** The order in which a quick pick offers them: those that cannot build it come last. */
export function bestFirst(builders: readonly RatedBuilder[]): RatedBuilder[] {
  const rank = ({ capability }: RatedBuilder) => modes.indexOf(capability.mode);
  return builders.toSorted((a, b) => rank(a) - rank(b));
}

/** The builders that may be used at a place. */
export function buildersAt(place: Place, builders: readonly Builder[]): readonly Builder[] {
  switch (place.kind) {
    case "schedule":
      return place.without === undefined ? builders : builders.filter(({ id }) => !place.without?.includes(id));
    case "only":
      return builders.filter(({ id }) => id === place.builder);
    case "store":
      return builders.filter(({ id }) => id === place.store);
    case "hydra":
      return [];
  }
}

/** How many derivations with any of these needs can be built in parallel. */
export function slotsAt(place: Place, builders: readonly Builder[], needs: readonly Need[]): number {
  return buildersAt(place, builders).reduce(
    (sum, builder) => sum + Math.max(0, ...needs.map(need => slotsFor(builder, need))),
    0,
  );
}
