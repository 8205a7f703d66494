import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import type { Location } from "vscode-languageserver-types";
import { errorProblem } from "../../outcome.ts";
import type { Problem } from "../../protocol.ts";
import { derivationPath, machineName, shortText, storePath } from "../../schemas/common.ts";
import { machineTrust } from "../../schemas/protocol.ts";

/**
 * What `answer.nix` returns for a machine. It is checked because a network may put anything in these places, and the paths
 * become arguments of Nix.
 */
const answer = v.object({
  system: shortText,
  buildSystem: shortText,
  drvPath: derivationPath,
  output: storePath,
  nixpkgs: v.object({
    path: shortText,
    revision: v.nullable(shortText),
    versionSuffix: v.nullable(shortText),
  }),
  /** Only what is said about signatures depends on it. */
  trust: v.fallback(v.nullish(machineTrust), null),
});

export type Answer = v.InferOutput<typeof answer>;

/** Reads the JSON of an answer; undefined if it is malformed. */
export function parseAnswer(json: string): Answer | undefined {
  return parse(answer, json);
}

/** The problem of a machine whose answer is malformed. */
export function noDerivation(machine: string, location?: Location, detail?: string): Problem {
  const message = l10n.t("Evaluating '{0}' did not return a derivation in the Nix store.", machine);
  return { ...errorProblem("evaluation-failed", message, detail), location };
}

/** Reads the machines' names from JSON; undefined if it is malformed. */
export function parseNames(json: string): readonly string[] | undefined {
  return parse(v.array(machineName), json);
}

function parse<S extends v.GenericSchema>(schema: S, json: string): v.InferOutput<S> | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), json);
  return result.success ? result.output : undefined;
}
