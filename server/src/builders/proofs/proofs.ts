import type { Builder, BuilderId, BuilderOffer, BuilderSystem, Problem } from "../../protocol.ts";

/** The result of building something on a builder: a build of the user's, or a tiny derivation of a check. */
export interface Proof {
  readonly builder: BuilderId;
  readonly system: string;
  /** A feature that was required. Absent: the proof is about the system alone. */
  readonly feature?: string | undefined;
  /** ISO 8601. */
  readonly at: string;
  readonly by: "check" | "build";
  readonly outcome: ProofOutcome;
}

export type ProofOutcome =
  /** It ran there. `mode`: how, if that could be determined. */
  | { readonly kind: "built"; readonly mode?: ProvenMode | undefined }
  /** The builder's own Nix refused it, or its programs did not run. */
  | { readonly kind: "refused"; readonly problem: Problem };

/** How a program of a system was seen to run. */
export type ProvenMode = "native" | "compatible" | "emulated";

/** The most proofs that are kept; the oldest are dropped. */
export const maxProofs = 2000;

/** Identifies what a proof is about: the newest one counts. */
export function proofKey({ builder, system, feature }: Pick<Proof, "builder" | "system" | "feature">): string {
  return JSON.stringify([builder, system, feature ?? null]);
}

/** Adds proofs: of several about the same, the newest is kept. Sorted by time, bounded to `maxProofs`. */
export function mergeProofs(...lists: readonly (readonly Proof[])[]): readonly Proof[] {
  const newest = new Map<string, Proof>();
  for (const proof of lists.flat()) {
    const key = proofKey(proof);
    const known = newest.get(key);
    if (known === undefined || known.at < proof.at) newest.set(key, proof);
  }
  return [...newest.values()].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).slice(-maxProofs);
}

/** The builders with what was proven or refused, which wins over what their lines and this machine's settings say. */
export function withProofs(builders: readonly Builder[], proofs: readonly Proof[]): readonly Builder[] {
  if (proofs.length === 0) return builders;
  const byKey = new Map(mergeProofs(proofs).map(proof => [proofKey(proof), proof]));
  return builders.map(builder => ({
    ...builder,
    offers: builder.offers.map(offer => proven(builder.id, offer, byKey)),
  }));
}

function proven(builder: BuilderId, offer: BuilderOffer, proofs: ReadonlyMap<string, Proof>): BuilderOffer {
  const systems = offer.systems.map(each => {
    const proof = proofs.get(proofKey({ builder, system: each.system }));
    return proof === undefined ? each : provenSystem(each, proof);
  });
  const refused = offer.supportedFeatures.flatMap(feature => {
    const tried = offer.systems.flatMap(({ system }) => proofs.get(proofKey({ builder, system, feature })) ?? []);
    const newest = tried.reduce<Proof | undefined>((a, b) => (a === undefined || a.at < b.at ? b : a), undefined);
    return newest?.outcome.kind === "refused"
      ? [{ feature, provenAt: newest.at, refusal: newest.outcome.problem }]
      : [];
  });
  if (refused.length === 0) return { ...offer, systems };
  const isRefused = (name: string) => refused.some(({ feature }) => feature === name);
  return {
    ...offer,
    systems,
    supportedFeatures: offer.supportedFeatures.filter(name => !isRefused(name)),
    refusedFeatures: refused,
  };
}

function provenSystem(claimed: BuilderSystem, { at, outcome }: Proof): BuilderSystem {
  const { system, emulator, mode } = claimed;
  const known = { system, known: "proven", provenAt: at } as const;
  if (outcome.kind === "refused") return { ...claimed, ...known, mode: "impossible", refusal: outcome.problem };
  const found = outcome.mode ?? (mode === "impossible" ? "unknown" : mode);
  return { ...known, mode: found, ...(found === "emulated" && emulator !== undefined && { emulator }) };
}
