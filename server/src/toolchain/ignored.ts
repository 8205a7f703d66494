import type { KnownBuilders } from "../builders/builders.ts";
import type { NixAccess } from "../protocol.ts";

/** Whether Nix's daemon ignores the builders that this user chooses for a build. */
export function ignoresChoice(access: NixAccess | undefined): boolean {
  return access?.trusted === false;
}

/** The builders without those that only our setting adds, if Nix's daemon would ignore them: they are shown, but not in effect. */
export function inEffect(builders: KnownBuilders, access: NixAccess): KnownBuilders {
  if (!ignoresChoice(access) || builders.added.length === 0) return builders;
  const list = builders.list.map(builder => ({
    ...builder,
    offers: builder.offers.map(offer => (offer.origin.source === "setting" ? { ...offer, active: false } : offer)),
  }));
  return { ...builders, list, added: [] };
}
