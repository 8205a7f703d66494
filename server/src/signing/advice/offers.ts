import type { CacheState, PathOffer, PathSignature, Problem, SignatureReport } from "../../protocol.ts";

/** Paths of one cache that need attention for the same reason. */
export interface OfferGroup {
  readonly cache: CacheState;
  readonly status: PathOffer["status"];
  readonly offers: readonly PathOffer[];
}

/** A problem and how many paths have it. */
export interface Counted {
  readonly count: number;
  readonly problem: Problem;
}

/** Whether a path needs attention: Nix would not get it with a trusted signature, or not at all. */
export function needsAttention({ status, narMissing }: PathSignature): boolean {
  return status === "trusted" ? narMissing === true : status !== "contentAddressed";
}

/** What caches say about a path. Reports of older versions only have the answer that decided. */
export function offersOf({ offers, cache, key, status }: PathSignature): readonly PathOffer[] {
  if (offers !== undefined) return offers;
  const isOffer = cache !== undefined && status !== "builtHere" && status !== "differs";
  return isOffer ? [{ cache, status, key }] : [];
}

/** What each cache says about the paths that need attention, by cache and status. */
export function offerGroups({ caches, paths }: SignatureReport): OfferGroup[] {
  const offers = paths.filter(needsAttention).flatMap(offersOf);
  return caches.flatMap(cache => {
    const own = offers.filter(offer => offer.cache === cache.url);
    return [...new Set(own.map(({ status }) => status))].map(status => ({
      cache,
      status,
      offers: own.filter(offer => offer.status === status),
    }));
  });
}

/** The names of the keys in offers, those of most paths first. */
export function keysOf(offers: readonly PathOffer[]): string[] {
  const counts = new Map<string, number>();
  for (const { key } of offers) if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([key]) => key);
}
