import type { Builder, BuilderOffer } from "../../protocol.ts";
import { processorOf } from "./program.ts";

/** A derivation that a check has a builder build. */
export interface ProofRequest {
  readonly system: string;
  /** What it requires. */
  readonly features: readonly string[];
  /** The features that it proves; none, if it only proves the system. */
  readonly proves: readonly string[];
}

/** Required features that change how Nix builds, and that would fail for reasons of their own. */
const special: ReadonlySet<string> = new Set(["uid-range", "recursive-nix"]);

/** The most derivations of one check. A builder of more systems is proven for the first ones. */
export const maxRequests = 12;

/**
 * What a check has a builder build: a derivation for each of its systems, and one for each of its lines that requires all its
 * features together. This machine's own features are its settings, so only its systems are proven. Not among them: systems that we have
 * no program for, and the levels of a processor (`x86_64-v3-linux`).
 */
export function proofRequests({ kind, offers }: Builder): readonly ProofRequest[] {
  const usable = offers.filter(({ active, maxJobs }) => active && maxJobs > 0);
  const forSystems = usable.flatMap(offer =>
    provable(offer).map(system => ({ system, features: offer.mandatoryFeatures, proves: [] })),
  );
  const forFeatures = kind === "local" ? [] : usable.flatMap(featureRequest);
  const all = new Map([...forSystems, ...forFeatures].map(request => [keyOf(request), request]));
  return [...all.values()].slice(0, maxRequests);
}

function featureRequest(offer: BuilderOffer): ProofRequest[] {
  const [system] = provable(offer);
  const refused = (offer.refusedFeatures ?? []).map(({ feature }) => feature);
  const claimed = new Set([...offer.supportedFeatures, ...offer.mandatoryFeatures, ...refused]);
  const features = [...claimed].filter(feature => !special.has(feature));
  if (system === undefined || offer.program !== undefined || features.length === 0) return [];
  return [{ system, features: [...new Set([...offer.mandatoryFeatures, ...features])], proves: features }];
}

function provable({ systems }: BuilderOffer): string[] {
  return systems.map(({ system }) => system).filter(system => processorOf(system) !== undefined);
}

function keyOf({ system, features, proves }: ProofRequest): string {
  return JSON.stringify([system, [...new Set(features)].toSorted(), proves.length > 0]);
}
