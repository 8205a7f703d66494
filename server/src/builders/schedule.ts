import type { Need } from "../nix/derivations/needs.ts";
import type { Builder, BuilderId, BuilderOffer } from "../protocol.ts";

/** A derivation as Nix's scheduler sees it. */
export interface Job extends Need {
  /** Its `preferLocalBuild`: Nix builds it on this machine if it can. */
  readonly prefersLocal?: true | undefined;
}

/** The load of the builders. */
export interface Load {
  /** How many slots of a builder are in use, by any Nix of this machine. */
  busy(id: BuilderId): number;
  /** Before Nix 2.20, load and speed factor are whole numbers and are divided as such. */
  readonly dividesWhole?: boolean | undefined;
}

const idle: Load = { busy: () => 0 };

/** What Nix does with a derivation that it is about to build. */
export type Assignment =
  | { readonly kind: "builder"; readonly builder: Builder; readonly offer: BuilderOffer }
  /** Builders of the right type exist, but their slots are in use (or they have none). */
  | { readonly kind: "wait" }
  | { readonly kind: "none" };

/** An offer that Nix considers for a derivation. */
interface Candidate {
  readonly builder: Builder;
  readonly offer: BuilderOffer;
  readonly load: number;
  /** Load per speed: the lowest wins. */
  readonly score: number;
}

/**
 * To which builder Nix gives a derivation (`build-remote.cc`, and `derivation-building-goal.cc`, before 2.30 `derivation-goal.cc`; the
 * same from 2.8 to 2.36 except for `Load.dividesWhole`). Nix believes the machine lines: a builder that is known to refuse the
 * derivation, or to emulate its system, is assigned like any other.
 *
 * Remote builders come first. Of their lines that accept the derivation and have a free slot, the one with the lowest load per speed
 * factor wins, then the one with the higher speed factor, the lower load, and the earlier line. This machine builds it if no line
 * accepts it, or if all slots of those that do are in use and one of its own is free.
 */
export function assign(job: Job, builders: readonly Builder[], load: Load = idle): Assignment {
  const local = builders.filter(({ kind }) => kind === "local").flatMap(builder => localOffer(job, builder) ?? []);
  const [own] = local;
  if (own !== undefined && job.prefersLocal === true) return { kind: "builder", ...own };
  const remote = remoteCandidates(job, builders, load);
  const best = remote.find(hasFreeSlot);
  if (best !== undefined) return { kind: "builder", builder: best.builder, offer: best.offer };
  const isWilling = own !== undefined && load.busy(own.builder.id) < own.offer.maxJobs;
  if (remote.length > 0 && !isWilling) return { kind: "wait" };
  return own === undefined ? { kind: "none" } : { kind: "builder", ...own };
}

/** The builders that Nix considers for a derivation, in the order in which it asks them while all are idle. */
export function askedInOrder(job: Job, builders: readonly Builder[]): readonly Builder[] {
  const remote = remoteCandidates(job, builders, idle).filter(hasFreeSlot);
  const own = builders.filter(builder => builder.kind === "local" && localOffer(job, builder) !== undefined);
  const asked = remote.map(({ builder }) => builder);
  return [...new Set(job.prefersLocal === true ? [...own, ...asked] : [...asked, ...own])];
}

function hasFreeSlot({ load, offer }: Candidate): boolean {
  return load < offer.maxJobs;
}

/** The lines of remote builders that accept a derivation, the best first; including those without a free slot. */
function remoteCandidates(job: Job, builders: readonly Builder[], { busy, dividesWhole }: Load): Candidate[] {
  return builders
    .filter(({ kind }) => kind === "remote")
    .flatMap(builder =>
      builder.offers
        .filter(offer => matches(offer, job))
        .map(offer => {
          // Slots are locks by address: a line sees what the other lines of its address have in use.
          const load = Math.min(busy(builder.id), offer.maxJobs);
          const quotient = load / speedOf(offer);
          return { builder, offer, load, score: dividesWhole === true ? Math.floor(quotient) : quotient };
        }),
    )
    .toSorted((a, b) => a.score - b.score || speedOf(b.offer) - speedOf(a.offer) || a.load - b.load);
}

/** Nix takes a speed factor of 0 for 1. */
function speedOf({ speedFactor }: BuilderOffer): number {
  return speedFactor === 0 ? 1 : speedFactor;
}

/** What this machine's Nix builds itself (`canBuildLocally`); an external builder takes its place. */
function localOffer(
  job: Job,
  builder: Builder,
): { readonly builder: Builder; readonly offer: BuilderOffer } | undefined {
  const offer = builder.offers.find(each => matches(each, job) && each.maxJobs > 0);
  return offer && { builder, offer };
}

/** Whether Nix considers an offer for a derivation. Whether the builder keeps what its line promises does not matter. */
export function matches(offer: BuilderOffer, { system, features }: Need): boolean {
  if (!offer.active || !offer.systems.some(each => each.system === system)) return false;
  if (offer.program !== undefined) return true;
  const { supportedFeatures, mandatoryFeatures, refusedFeatures = [] } = offer;
  const claimed = [...supportedFeatures, ...mandatoryFeatures, ...refusedFeatures.map(({ feature }) => feature)];
  return features.every(each => claimed.includes(each)) && mandatoryFeatures.every(each => features.includes(each));
}
