import { buildersAt } from "../../builders/choice.ts";
import { assign } from "../../builders/schedule.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import { needOf } from "../../nix/derivations/needs.ts";
import { type Builder, type BuilderId, localBuilder, type Place } from "../../protocol.ts";
import type { EventState, FollowedDerivation } from "../stream/eventState.ts";

/** Further derivations are not judged: each looks at all others. */
const maxJudged = 1000;

/**
 * Which derivations Nix gave to another builder than expected. That it spreads them over free slots is expected: each is judged by
 * what Nix's scheduler would have done with our own load at the time. Slots that other builds had taken are not known here.
 */
export class Displaced {
  /** Derivation -> the attempt that was judged. */
  readonly #judged = new Map<string, number>();
  /** Derivation -> the builder that it was expected on, if another one got it. */
  readonly moved = new Map<string, BuilderId>();

  /** Judges the derivations that have started since the last call. */
  note(
    { derivations }: Pick<EventState, "derivations">,
    graph: readonly PlannedDerivation[],
    builders: readonly Builder[],
    place: Place,
  ): void {
    if (place.kind !== "schedule" || builders.length === 0) return;
    const allowed = buildersAt(place, builders);
    for (const planned of graph) {
      if (this.#judged.size >= maxJudged) return;
      const derivation = derivations.get(planned.drvPath);
      if (derivation === undefined || planned.expectedOn === undefined || derivation.attempt === 0) continue;
      const { drvPath, expectedOn } = planned;
      const actual = derivation.builder ?? localBuilder;
      if (actual === expectedOn && !this.#judged.has(drvPath)) continue;
      if (this.#judged.get(drvPath) === derivation.attempt) continue;
      this.#judged.set(drvPath, derivation.attempt);
      const isUsual = actual === expectedOn || wouldGet(actual, derivation, planned, derivations, allowed);
      if (isUsual) this.moved.delete(drvPath);
      else this.moved.set(drvPath, expectedOn);
    }
  }
}

/** Whether Nix's scheduler, with the load of this build at the start of a derivation, gives it to a builder. */
function wouldGet(
  actual: BuilderId,
  derivation: FollowedDerivation,
  planned: PlannedDerivation,
  derivations: ReadonlyMap<string, FollowedDerivation>,
  builders: readonly Builder[],
): boolean {
  const need = needOf(planned);
  if (need === undefined) return true;
  const at = derivation.startedAt ?? 0;
  const loads = new Map<BuilderId, number>();
  for (const other of derivations.values()) {
    if (other === derivation || other.startedAt === undefined || other.startedAt > at) continue;
    if (other.stoppedAt !== undefined && other.stoppedAt <= at) continue;
    const on = other.builder ?? localBuilder;
    loads.set(on, (loads.get(on) ?? 0) + 1);
  }
  const job = { ...need, prefersLocal: planned.prefersLocal };
  const assigned = assign(job, builders, { busy: id => loads.get(id) ?? 0 });
  return assigned.kind === "builder" && assigned.builder.id === actual;
}
