import type { Need } from "../nix/derivations/needs.ts";
import {
  type Builder,
  type BuilderId,
  type BuilderOffer,
  type BuildMode,
  localBuilder,
  type ProducedKnownBy,
} from "../protocol.ts";

/** How a builder builds what it can build. */
export type AbleMode = Exclude<BuildMode, "impossible">;

/** What keeps a builder from building something. */
export type Obstacle =
  /** What it offers is declared somewhere, and not in force here. */
  | { readonly kind: "inactive" }
  | { readonly kind: "system" }
  /** Nix would let it, and nothing runs programs of the system there. */
  | { readonly kind: "impossible"; readonly known: ProducedKnownBy }
  | { readonly kind: "features"; readonly missing: readonly string[] }
  /** It takes only what needs these. */
  | { readonly kind: "mandatory-features"; readonly features: readonly string[] }
  /** Its `max-jobs` is 0. */
  | { readonly kind: "no-jobs" };

/** Whether a builder can build something. */
export type Verdict =
  | {
      readonly can: true;
      readonly mode: AbleMode;
      readonly known: ProducedKnownBy;
      readonly emulator?: string | undefined;
      /** The offer that takes it. */
      readonly offer: BuilderOffer;
    }
  | { readonly can: false; readonly obstacle: Obstacle };

/** Obstacles in the order in which they are looked for: the later one is nearer to being able. */
const nearness: readonly Obstacle["kind"][] = [
  "inactive",
  "system",
  "impossible",
  "features",
  "mandatory-features",
  "no-jobs",
];

/**
 * Whether a builder can build what needs a system and features: the one answer that lens, hover, quick pick, the look before a
 * build, estimate and failures have. As Nix decides (`build-remote.cc` of its remote builders, `canBuildLocally` of this machine):
 * one offer alone has to take it. Of several that do the fastest counts, as with Nix; where none does, what is least in the way.
 */
export function canBuild({ offers }: Builder, need: Need): Verdict {
  return offers.map(offer => takes(offer, need)).reduce(better, { can: false, obstacle: { kind: "inactive" } });
}

/** A verdict, and what it is about. */
export interface NeedVerdict {
  readonly need: Need;
  readonly verdict: Verdict;
}

/** Whether a builder can build all of something by itself: what it cannot, or else the first; undefined when nothing is asked of it. */
export function canBuildAll(builder: Builder, needs: readonly Need[]): NeedVerdict | undefined {
  const verdicts = needs.map(need => ({ need, verdict: canBuild(builder, need) }));
  return verdicts.find(({ verdict }) => !verdict.can) ?? verdicts[0];
}

/**
 * How many derivations with a need a builder builds at once. Nix counts the slots of an address, and not of each of its lines
 * (`build-remote.cc`, `openSlotLock`).
 */
export function slotsFor({ offers }: Builder, need: Need): number {
  return offers.reduce((most, offer) => (takes(offer, need).can ? Math.max(most, offer.maxJobs) : most), 0);
}

function takes(offer: BuilderOffer, { system, features }: Need): Verdict {
  const cannot = (obstacle: Obstacle): Verdict => ({ can: false, obstacle });
  if (!offer.active) return cannot({ kind: "inactive" });
  const found = offer.systems.find(each => each.system === system);
  if (found === undefined) return cannot({ kind: "system" });
  const { mode, known, emulator } = found;
  if (mode === "impossible") return cannot({ kind: "impossible", known });
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
  return nearness.indexOf(b.obstacle.kind) > nearness.indexOf(a.obstacle.kind) ? b : a;
}

/** How a builder builds for a system, whatever else is in the way; undefined: it says nothing of it. */
export function modeFor({ offers }: Builder, system: string): BuildMode | undefined {
  return offers.flatMap(({ systems }) => systems).find(each => each.system === system)?.mode;
}

/** How the builder that a derivation was given to builds for a system. @param id its URI; undefined: this machine. */
export function modeOn(id: BuilderId | undefined, system: string, builders: readonly Builder[]): BuildMode | undefined {
  const builder = builders.find(each => each.id === (id ?? localBuilder));
  return builder && modeFor(builder, system);
}
