import type { Builder, BuilderId, ProducedBuildMode } from "../protocol.ts";

/** A builder that can build for a system, and how. */
export interface Candidate {
  readonly builder: BuilderId;
  readonly name: string;
  readonly local: boolean;
  readonly mode: ProducedBuildMode;
}

/**
 * Who can build for a system, in the order in which Nix asks: its remote builders first (Nix, `build-remote.cc`: a machine of
 * the right type wins over a local build), the faster one before the slower, and this machine last.
 */
export function candidatesFor(system: string, builders: readonly Builder[]): Candidate[] {
  return builders
    .filter(builder => builder.active && builder.kind !== "hydra")
    .flatMap(builder => {
      const able = builder.systems.find(candidate => candidate.system === system && candidate.mode !== "impossible");
      return able === undefined ? [] : [{ builder, mode: able.mode }];
    })
    .toSorted(
      (a, b) =>
        Number(a.builder.kind === "local") - Number(b.builder.kind === "local") ||
        b.builder.speedFactor - a.builder.speedFactor,
    )
    .map(({ builder, mode }) => ({ builder: builder.id, name: builder.name, local: builder.kind === "local", mode }));
}
