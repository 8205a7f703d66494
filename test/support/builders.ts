import type { Builder, BuilderOffer, BuildMode } from "../../server/src/protocol.ts";

/** An offer of a builder: its systems and how it builds for them. Known from this machine's settings unless overridden. */
export function offer(systems: Readonly<Record<string, BuildMode>>, fields: Partial<BuilderOffer> = {}): BuilderOffer {
  return {
    systems: Object.entries(systems).map(([system, mode]) => ({
      system,
      mode,
      known: mode === "unknown" ? "claimed" : "settings",
    })),
    maxJobs: 1,
    speedFactor: 1,
    supportedFeatures: [],
    mandatoryFeatures: [],
    origin: { source: "nix.conf" },
    active: true,
    ...fields,
  };
}

/** A builder of one offer. */
export function builder(
  id: string,
  systems: Readonly<Record<string, BuildMode>>,
  fields: Partial<BuilderOffer> = {},
): Builder {
  return builderOf(id, [offer(systems, fields)]);
}

export function builderOf(id: string, offers: readonly BuilderOffer[]): Builder {
  return { id, name: id.replace(/^.*:\/\//, ""), kind: id === "local" ? "local" : "remote", offers };
}
