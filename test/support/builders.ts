import type { Builder, ProducedBuildMode } from "../../server/src/protocol.ts";

/** A builder with the systems that it builds for, and how. */
export function builder(
  fields: Partial<Builder> & Pick<Builder, "id">,
  systems: Record<string, ProducedBuildMode>,
): Builder {
  return {
    name: fields.id.replace(/^.*:\/\//, ""),
    kind: fields.id === "local" ? "local" : "remote",
    systems: Object.entries(systems).map(([system, mode]) => ({ system, mode })),
    maxJobs: 1,
    speedFactor: 1,
    supportedFeatures: [],
    mandatoryFeatures: [],
    origin: { source: "nix.conf" },
    active: true,
    ...fields,
  };
}
