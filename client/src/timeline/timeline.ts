import type { DerivationState } from "../../../server/src/protocol.ts";
import { criticalPath } from "./criticalPath.ts";
import { packLanes, type Span } from "./lanes.ts";

/** One of the builds that a timeline shows. */
export interface ShownBuild {
  readonly id: string;
  readonly derivations: readonly DerivationState[];
}

/** A derivation while it was being built. Times are milliseconds since the start of the timeline. */
export interface Bar extends Span {
  /** The id of its build. */
  readonly build: string;
  readonly drvPath: string;
  readonly name: string;
  readonly state: "running" | "built" | "failed" | "cancelled";
  readonly isEmulated: boolean;
  /** It is one of the chain that decided when the build ended. */
  readonly isCritical: boolean;
  /** Its row among those of its builder, from 0. */
  readonly lane: number;
}

/** What one builder built. */
export interface BuilderBars {
  /** A store URI; undefined: this machine. */
  readonly builder: string | undefined;
  readonly lanes: number;
  /** By their start. */
  readonly bars: readonly Bar[];
}

/** When what was built where. */
export interface Timeline {
  /** Epoch ms. */
  readonly startedAt: number;
  /** ms */
  readonly length: number;
  readonly isRunning: boolean;
  /** This machine first, then by name. */
  readonly builders: readonly BuilderBars[];
}

/** A bar in absolute time (epoch ms), with its builder. */
type Ran = Omit<Bar, "lane"> & { readonly builder: string | undefined };

/** Arranges builds in time. Undefined: nothing has started. @param now epoch ms: the end of what runs. */
export function timelineOf(builds: readonly ShownBuild[], now: number): Timeline | undefined {
  const ran = builds.flatMap(build => ranIn(build, now)).sort((a, b) => a.start - b.start);
  const [first] = ran;
  if (first === undefined) return undefined;
  const startedAt = first.start;
  const end = ran.reduce((last, bar) => Math.max(last, bar.end), startedAt);
  const builders = new Map<string | undefined, Ran[]>();
  for (const bar of ran) {
    const own = builders.get(bar.builder);
    if (own === undefined) builders.set(bar.builder, [bar]);
    else own.push(bar);
  }
  return {
    startedAt,
    length: end - startedAt,
    isRunning: ran.some(({ state }) => state === "running"),
    builders: [...builders]
      .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1))
      .map(([builder, bars]) => inLanes(builder, bars, startedAt)),
  };
}

function inLanes(builder: string | undefined, ran: readonly Ran[], startedAt: number): BuilderBars {
  const lanes = packLanes(ran);
  const bars = ran.map(({ builder: _, ...bar }, place) => {
    return { ...bar, start: bar.start - startedAt, end: bar.end - startedAt, lane: lanes[place] ?? 0 };
  });
  return { builder, lanes: lanes.reduce((most, lane) => Math.max(most, lane + 1), 0), bars };
}

function ranIn({ id, derivations }: ShownBuild, now: number): Ran[] {
  const spans = derivations.map(derivation => spanOf(derivation, now));
  const critical = new Set(criticalPath(spans, place => derivations[place]?.dependencies ?? []));
  return derivations.flatMap((derivation, place) => {
    const [span, state] = [spans[place], stateOf(derivation)];
    if (span === undefined || state === undefined) return [];
    const { drvPath, name, builder, emulated } = derivation;
    const about = { build: id, drvPath, name, builder, state, isEmulated: emulated === true };
    return [{ ...about, ...span, isCritical: critical.has(place) }];
  });
}

/** When it ran (epoch ms). Undefined: it did not, or nothing is known about it. */
function spanOf(derivation: DerivationState, now: number): Span | undefined {
  const { startedAt, stoppedAt } = derivation;
  const start = Date.parse(startedAt ?? "");
  if (Number.isNaN(start) || stateOf(derivation) === undefined) return undefined;
  const end = stoppedAt === undefined ? now : Date.parse(stoppedAt);
  return Number.isNaN(end) ? undefined : { start, end: Math.max(start, end) };
}

/** Undefined: it was not built by this build. */
function stateOf({ state }: DerivationState): Bar["state"] | undefined {
  switch (state) {
    case "building":
      return "running";
    case "built":
    case "failed":
    case "cancelled":
      return state;
    default:
      return undefined;
  }
}
