import { slotsAt } from "../../builders/choice.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import { needsOf } from "../../nix/derivations/needs.ts";
import type { Builder, BuilderId } from "../../protocol.ts";
import { type Durations, durationKey } from "./durations.ts";
import { estimate } from "./estimate.ts";

/** How long something is expected to take (ms), and from how many earlier builds that is known. */
export interface Expected {
  readonly ms: number;
  readonly basis: number;
}

/**
 * How long the derivations of a plan take on each builder alone, from what they took there in earlier builds. A builder on which too
 * few of them were measured is left out.
 */
export function expectedOn(
  builders: readonly Builder[],
  graph: readonly PlannedDerivation[],
  durations: Durations,
): ReadonlyMap<BuilderId, Expected> {
  const needs = needsOf(graph);
  return new Map(
    builders.flatMap(builder => {
      const { id, kind } = builder;
      const prefix = durationKey(kind === "local" ? undefined : id, "");
      const own = Object.fromEntries(Object.entries(durations).filter(([key]) => key.startsWith(prefix)));
      const slots = slotsAt({ kind: "only", builder: id }, [builder], needs);
      const expected = slots === 0 ? undefined : estimate(graph, () => undefined, own, slots, 0);
      return expected === undefined ? [] : [[id, { ms: expected.remaining, basis: expected.basis }] as const];
    }),
  );
}
