import type { Builder, BuilderId } from "../protocol.ts";
import type { RemoteOffer } from "./machineLine.ts";

/** The offers of one address: at least one. */
export type BuilderOffers = readonly [RemoteOffer, ...RemoteOffer[]];

/** Groups the lines by address, in order of first occurrence. Duplicate lines are dropped. */
export function byAddress(offers: readonly RemoteOffer[]): BuilderOffers[] {
  const found = new Map<BuilderId, [RemoteOffer, ...RemoteOffer[]]>();
  for (const offer of offers) {
    const known = found.get(offer.id);
    if (known === undefined) found.set(offer.id, [offer]);
    else if (!known.some(({ line }) => line === offer.line)) known.push(offer);
  }
  return [...found.values()];
}

/** A builder with the offers of one address. */
export function builderOf(offers: BuilderOffers): Builder {
  const [{ id, name }] = offers;
  return { id, name, kind: "remote", offers: offers.map(({ offer }) => offer) };
}
