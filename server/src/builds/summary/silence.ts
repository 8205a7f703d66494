import { canBuild } from "../../builders/capability.ts";
import { buildersAt } from "../../builders/choice.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import { needOf } from "../../nix/derivations/needs.ts";
import type { Builder, BuilderId, BuilderLoad, BuilderSilence, Place } from "../../protocol.ts";
import { localBuilder } from "../../protocol.ts";
import { type EventState, type FollowedDerivation, isPending } from "../stream/eventState.ts";

/** What silence is judged by, besides the stream. */
export interface SilenceParts {
  /** Remote builder -> when it was last heard from (epoch ms). */
  readonly heard: ReadonlyMap<BuilderId, number>;
  /**
   * Whether the connections to builders notice by themselves that the other end is gone, as ours do (`ssh/keepAlive.ts`). Those
   * that Nix's daemon opens do not.
   */
  readonly isWatched: boolean;
  readonly place: Place;
  readonly builders: readonly Builder[];
  readonly graph: readonly PlannedDerivation[];
}

/**
 * After how long silence is shown (ms). A connection that is watched fails within half a minute of being lost, so a builder that is
 * silent for longer is still there, and minutes without output are usual. Of the other connections, nothing else would ever say
 * that they are lost.
 */
const [unwatchedLimit, watchedLimit] = [30_000, 240_000];

/** How long to wait for a connection, a slot or a lock is usual (ms). */
const waitLimit = 30_000;

type Silence = Omit<BuilderSilence, "since"> & { readonly since: number };

/**
 * The remote builder from which nothing has been heard for longest, if that is unusual. It is decided from the stream and its clock
 * alone: `signsOfLife.ts` says what counts.
 *
 * @param now epoch ms
 */
export function silenceOf(state: EventState, parts: SilenceParts, now: number): BuilderSilence | undefined {
  const limit = parts.isWatched ? watchedLimit : unwatchedLimit;
  const all = [
    ...silentBuilds(state, parts).filter(({ since }) => now - since >= limit),
    ...waits(state, parts).filter(({ since }) => now - since >= waitLimit),
  ];
  const longest = all.reduce<Silence | undefined>(
    (most, each) => (most && most.since <= each.since ? most : each),
    undefined,
  );
  return longest && { ...longest, since: new Date(longest.since).toISOString() };
}

/** A builder is silent if none of the derivations that it builds says anything. */
function silentBuilds({ derivations }: EventState, { heard, isWatched }: SilenceParts): Silence[] {
  const busy = new Map<BuilderId, number>();
  for (const { state, builder, startedAt = 0 } of derivations.values())
    if (state === "building" && builder !== undefined) busy.set(builder, Math.max(startedAt, busy.get(builder) ?? 0));
  return [...busy].map(([builder, startedAt]) => {
    const since = Math.max(startedAt, heard.get(builder) ?? 0);
    return { builder, since, reason: "building", ...(isWatched && { connected: true }) };
  });
}

/** While our Nix waits for a connection, it does nothing else; a wait for a slot is unusual only if the slot is not one of ours. */
function waits(state: EventState, parts: SilenceParts): Silence[] {
  const reached = [...state.activities.values()].flatMap(each =>
    each.kind === "reaching" ? [{ builder: each.builder, since: each.at, reason: "waiting" } as const] : [],
  );
  const isBusy = [...state.derivations.values()].some(each => each.state === "building");
  return isBusy
    ? reached
    : [...reached, ...[...state.derivations.values()].flatMap(each => slotWait(each, parts) ?? [])];
}

/** A derivation that waits for a slot, if only one remote builder can give it one. */
function slotWait(derivation: FollowedDerivation, { place, builders, graph }: SilenceParts): Silence | undefined {
  const { waitsSince, awaited, drvPath } = derivation;
  // What another Nix is building here is not waiting for a builder.
  if (!isPending(derivation) || waitsSince === undefined || awaited === true) return undefined;
  const planned = graph.find(each => each.drvPath === drvPath);
  const need = planned && needOf(planned);
  if (need === undefined) return undefined;
  const [only, ...others] = buildersAt(place, builders).filter(each => canBuild(each, need).can);
  if (only?.kind !== "remote" || others.length > 0) return undefined;
  return { builder: only.id, since: waitsSince, reason: "waiting" };
}

/** How many derivations each builder is building, the busiest first; undefined if none is. */
export function loadsOf({ derivations }: EventState): readonly BuilderLoad[] | undefined {
  const running = new Map<BuilderId, number>();
  for (const { state, builder = localBuilder } of derivations.values())
    if (state === "building") running.set(builder, (running.get(builder) ?? 0) + 1);
  if (running.size === 0) return undefined;
  return [...running]
    .map(([builder, count]) => ({ builder, running: count }))
    .toSorted((a, b) => b.running - a.running || (a.builder < b.builder ? -1 : 1));
}
