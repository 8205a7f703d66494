import type { Need } from "../nix/derivations/needs.ts";
import {
  type Builder,
  type BuilderId,
  type BuilderOffer,
  type BuilderSystem,
  type BuildMode,
  type KnownBy,
  localBuilder,
} from "../protocol.ts";

/** How a builder builds something that it can build. */
export type AbleMode = Exclude<BuildMode, "impossible">;

/** What prevents a builder from building something. */
export type Obstacle =
  /** Its offer is declared, but not in effect here. */
  | { readonly kind: "inactive" }
  | { readonly kind: "system" }
  /** Nix would allow it, but the builder cannot run programs of that system. */
  | { readonly kind: "impossible"; readonly by: BuilderSystem }
  | { readonly kind: "features"; readonly missing: readonly string[] }
  /** It accepts only derivations that require these. */
  | { readonly kind: "mandatory-features"; readonly features: readonly string[] }
  /** Its `max-jobs` is 0. */
  | { readonly kind: "no-jobs" };

/** Whether a builder can build something. */
export type Verdict =
  | {
      readonly can: true;
      readonly mode: AbleMode;
      readonly known: KnownBy;
      readonly emulator?: string | undefined;
      /** The offer that accepts it. */
      readonly offer: BuilderOffer;
    }
  | { readonly can: false; readonly obstacle: Obstacle };

/** Obstacles in the order in which they are checked: a later one means that the builder came closer. */
const checkOrder: readonly Obstacle["kind"][] = [
  "inactive",
  "system",
  "impossible",
  "features",
  "mandatory-features",
  "no-jobs",
];

/**
 * Whether a builder can build something that needs a system and features. This is the only place that decides it: code lens, hover,
 * quick pick, preflight check, estimate and failures all ask here. As in Nix (`build-remote.cc` for remote builders,
 * `canBuildLocally` for this machine), a single offer has to accept it. If several do, the fastest counts, as in Nix; if none does,
 * the obstacle of the offer that came closest is reported.
 */
export function canBuild({ offers }: Builder, need: Need): Verdict {
  return offers.map(offer => accepts(offer, need)).reduce(better, { can: false, obstacle: { kind: "inactive" } });
}

/** A verdict and the need that it is about. */
export interface NeedVerdict {
  readonly need: Need;
  readonly verdict: Verdict;
}

/** Whether a builder can build everything alone: the first need it cannot meet, or else the first need; undefined without needs. */
export function canBuildAll(builder: Builder, needs: readonly Need[]): NeedVerdict | undefined {
  const verdicts = needs.map(need => ({ need, verdict: canBuild(builder, need) }));
  return verdicts.find(({ verdict }) => !verdict.can) ?? verdicts[0];
}

/**
 * How many derivations with a need a builder builds in parallel. Nix counts slots per address, not per line (`build-remote.cc`,
 * `openSlotLock`).
 */
export function slotsFor({ offers }: Builder, need: Need): number {
  return offers.reduce((most, offer) => (accepts(offer, need).can ? Math.max(most, offer.maxJobs) : most), 0);
}

function accepts(offer: BuilderOffer, { system, features }: Need): Verdict {
  const cannot = (obstacle: Obstacle): Verdict => ({ can: false, obstacle });
  if (!offer.active) return cannot({ kind: "inactive" });
  const found = offer.systems.find(each => each.system === system);
  if (found === undefined) return cannot({ kind: "system" });
  const { mode, known, emulator } = found;
  if (mode === "impossible") return cannot({ kind: "impossible", by: found });
  // Nix looks only at the system to find an external builder (`derivation-building-goal.cc`).
  if (offer.program !== undefined) return { can: true, mode, known, offer };
  const { supportedFeatures, mandatoryFeatures } = offer;
  const missing = features.filter(each => !supportedFeatures.includes(each) && !mandatoryFeatures.includes(each));
  if (missing.length > 0) return cannot({ kind: "features", missing });
  if (!mandatoryFeatures.every(each => features.includes(each)))
    return cannot({ kind: "mandatory-features", features: mandatoryFeatures });
  if (offer.maxJobs === 0) return cannot({ kind: "no-jobs" });
  return { can: true, mode, known, emulator, offer };
}

function better(a: Verdict, b: Verdict): Verdict {
  if (a.can && b.can) return b.offer.speedFactor > a.offer.speedFactor ? b : a;
  if (a.can || b.can) return a.can ? a : b;
  return checkOrder.indexOf(b.obstacle.kind) > checkOrder.indexOf(a.obstacle.kind) ? b : a;
}

/** How a builder builds for a system, regardless of other obstacles; undefined if none of its offers names the system. */
export function modeFor({ offers }: Builder, system: string): BuildMode | undefined {
  return offers.flatMap(({ systems }) => systems).find(each => each.system === system)?.mode;
}

/** How the builder assigned to a derivation builds for a system. @param id its URI; undefined: this machine. */
export function modeOn(id: BuilderId | undefined, system: string, builders: readonly Builder[]): BuildMode | undefined {
  const builder = builders.find(each => each.id === (id ?? localBuilder));
  return builder && modeFor(builder, system);
}
