import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import type { Location } from "vscode-languageserver-types";
import { errorProblem } from "../../outcome.ts";
import type { Problem } from "../../protocol.ts";
import { derivationPath, machineName, shortText, storePath } from "../../schemas/common.ts";

/** What `answer.nix` tells of a machine. A network may put anything in these places: paths become arguments of Nix. */
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
});

export type Answer = v.InferOutput<typeof answer>;

/** Reads the JSON of an answer; undefined when it is none. */
export function parseAnswer(json: string): Answer | undefined {
  return parse(answer, json);
}

/** A machine whose answer is none. */
export function noDerivation(machine: string, location?: Location, detail?: string): Problem {
  const message = l10n.t("Evaluating '{0}' gave no derivation of a Nix store.", machine);
  return { ...errorProblem("evaluation-failed", message, detail), location };
}

/** Reads the JSON of the machines' names. */
export function parseNames(json: string): readonly string[] | undefined {
  return parse(v.array(machineName), json);
}

function parse<S extends v.GenericSchema>(schema: S, json: string): v.InferOutput<S> | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), json);
  return result.success ? result.output : undefined;
}
