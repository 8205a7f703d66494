import path from "node:path";
import * as l10n from "@vscode/l10n";
import type { BuildableEvaluation } from "../../nix/evaluation/evaluation.ts";
import { optionArguments } from "../../nix/nixOptions.ts";
import { errorProblem, type Outcome } from "../../outcome.ts";

/**
 * Arguments for `nix-store` that fetch a result from the binary caches, with a GC root (`root`). They name the output path: Nix
 * would build the derivation of a NixOS system even if a cache has its output (`allowSubstitutes = false`), and it cannot build a
 * path. Afterwards the output of the derivation exists, so that realising the derivation does nothing.
 * Problem: `no-output-path`.
 */
export function fetchArguments(
  { machine, drvPath, outPath, nixConfig }: Pick<BuildableEvaluation, "machine" | "drvPath" | "outPath" | "nixConfig">,
  root: string,
): Outcome<readonly string[]> {
  // The output of a content-addressed derivation has a placeholder, which is in no store.
  if (path.dirname(outPath) !== path.dirname(drvPath))
    return {
      problem: errorProblem(
        "no-output-path",
        l10n.t(
          "The result of {0} cannot be fetched: its store path is only known after a build, because its derivation is content-addressed.",
          machine,
        ),
      ),
    };
  const log = ["--log-format", "internal-json", "-v"];
  return {
    value: [
      ...["--realise", outPath, "--add-root", root, "--indirect", ...log, ...optionArguments(nixConfig)],
      // The user asked for it. What Nix remembers of its caches may have been pushed or signed since.
      ...["--option", "substitute", "true"],
      ...["--option", "narinfo-cache-negative-ttl", "0", "--option", "narinfo-cache-positive-ttl", "0"],
    ],
  };
}
