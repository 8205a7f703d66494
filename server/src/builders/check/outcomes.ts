import type { Builder } from "../../protocol.ts";
import { localBuilder } from "../../protocol.ts";
import type { Proof, ProofOutcome } from "../proofs/proofs.ts";
import { refusedFeatures, refusedPrograms, refusedSystem } from "../proofs/refused.ts";
import { type Refusal, refusalOf } from "./attempt.ts";
import type { BuilderFacts } from "./facts.ts";
import { provenMode } from "./mode.ts";
import type { Trial, Trials } from "./prove.ts";

/** The proofs that trial builds gave, and what remained open. */
export interface Outcomes {
  readonly proofs: readonly Proof[];
  /** Those that say nothing about the builder: it could not be asked, or something else went wrong. */
  readonly open: readonly { readonly trial: Trial; readonly refusal: Refusal | undefined }[];
}

/**
 * Draws the conclusions from trial builds. What was built is a proof for the builder where Nix says that it ran, which may be another
 * one if Nix did not accept our choice.
 *
 * @param at ISO 8601.
 */
export function outcomesOf(
  builder: Builder,
  { trials, attempts }: Trials,
  facts: Pick<BuilderFacts, "processor" | "emulates"> | undefined,
  at: string,
): Outcomes {
  const proofs: Proof[] = [];
  const open: { trial: Trial; refusal: Refusal | undefined }[] = [];
  for (const trial of trials) {
    const { system, proves } = trial.request;
    const place = attempts.places.get(trial.drvPath);
    const proof = (id: string, outcome: ProofOutcome, feature?: string): Proof => ({
      builder: id,
      system,
      feature,
      at,
      by: "check",
      outcome,
    });
    if (trial.output !== undefined && place !== undefined) {
      const isIt = place === builder.id;
      const processor = trial.output || (isIt ? facts?.processor : undefined);
      const mode = provenMode(system, processor, isIt ? facts?.emulates : undefined);
      proofs.push(proof(place, { kind: "built", mode }));
      proofs.push(...proves.map(feature => proof(place, { kind: "built" }, feature)));
      continue;
    }
    const refusal = refusalOf(trial.drvPath, builder.id, attempts);
    const refused = refusal === undefined ? undefined : refusedProofs(builder, trial, refusal);
    if (refused === undefined) open.push({ trial, refusal });
    else
      proofs.push(...refused.map(({ problem, feature }) => proof(builder.id, { kind: "refused", problem }, feature)));
  }
  return { proofs, open };
}

interface RefusedProof {
  readonly problem: (ProofOutcome & { readonly kind: "refused" })["problem"];
  readonly feature?: string | undefined;
}

/** What a refusal proves; undefined: nothing. */
function refusedProofs({ id, name }: Builder, { request }: Trial, refusal: Refusal): RefusedProof[] | undefined {
  const { system, features, proves } = request;
  if (refusal.kind === "other") return undefined;
  if (refusal.kind === "not-executable") return [{ problem: refusedPrograms(name, system, id === localBuilder) }];
  const missing = features.filter(feature => refusal.features !== undefined && !refusal.features.includes(feature));
  if (proves.length === 0)
    return [{ problem: missing.length > 0 ? refusedFeatures(name, system, missing) : refusedSystem(name, system) }];
  // If it has them all, it refuses the system, which its own trial shows.
  return missing
    .filter(feature => proves.includes(feature))
    .map(feature => ({ problem: refusedFeatures(name, system, [feature]), feature }));
}
