import path from "node:path";
import * as l10n from "@vscode/l10n";
import { errorProblem, type Outcome } from "../../outcome.ts";
import type { EvaluatorOrigin } from "../../protocol.ts";
import type { Nix } from "../nix.ts";
import { evaluatorOf, findMorph, firstReadable, isReadable, knowsVariables, type Morph } from "./morph.ts";

/** The `eval-machines.nix` that evaluates a network, and where it comes from. */
export interface Evaluator {
  readonly path: string;
  readonly origin: EvaluatorOrigin;
  /** Version of the user's `morph`, if found. */
  readonly morphVersion?: string | undefined;
  /** Why the user's `morph` may use another evaluator, as a sentence. */
  readonly note?: string | undefined;
}

/**
 * Finds the evaluator that the user's `morph` uses, so that our derivations are the ones that it will build: the first found of
 * the setting, Morph's own variable, the `morph` on PATH, nixpkgs' Morph, and the bundled one. Runs `morph`, so only for
 * trusted workspaces. Problem: `no-evaluator` if the configured one does not exist.
 *
 * @param network path of the network file.
 */
export async function findEvaluator(
  nix: Nix,
  setting: string,
  bundled: string,
  network: string,
): Promise<Outcome<Evaluator>> {
  const cwd = path.dirname(network);
  if (setting !== "") return configured(path.resolve(cwd, setting), { origin: "setting" });
  const morph = await findMorph(nix);
  const variable = nix.env.MORPH_NIX_EVAL_MACHINES ?? "";
  const morphVersion = morph?.version;
  if (variable !== "") {
    const note = morph === undefined || knowsVariables(morphVersion) ? undefined : ignored(morph);
    return configured(path.resolve(cwd, variable), { origin: "environment", morphVersion, note });
  }
  const own = morph && (await evaluatorOf(nix, morph, network));
  if (own !== undefined) return { value: { path: own, origin: "morph", morphVersion } };
  const found: Evaluator = (await ofNixpkgs(nix, cwd)) ?? { path: bundled, origin: "bundled" };
  return { value: { ...found, morphVersion, note: morph && unknownEvaluator(morph, found.origin) } };
}

async function configured(file: string, evaluator: Omit<Evaluator, "path">): Promise<Outcome<Evaluator>> {
  if (await isReadable(file)) return { value: { ...evaluator, path: file } };
  const source = evaluator.origin === "setting" ? "morph.evaluator" : "MORPH_NIX_EVAL_MACHINES";
  return {
    problem: errorProblem(
      "no-evaluator",
      l10n.t(
        "Cannot read the evaluator '{0}'. Correct {1}, or leave it empty to use the first one found.",
        file,
        source,
      ),
    ),
  };
}

function ignored(morph: Morph): string {
  return l10n.t("{0} may ignore MORPH_NIX_EVAL_MACHINES: only Morph 1.8 and later use it.", nameOf(morph));
}

function unknownEvaluator(morph: Morph, origin: EvaluatorOrigin): string {
  const name = nameOf(morph);
  return origin === "bundled"
    ? l10n.t(
        "The evaluator of {0} is unknown, so the one included in the extension was used. Set morph.evaluator to Morph's eval-machines.nix.",
        name,
      )
    : l10n.t(
        "The evaluator of {0} is unknown, so the one of Morph in nixpkgs was used. Set morph.evaluator to Morph's eval-machines.nix.",
        name,
      );
}

/** `/usr/local/bin/morph (1.7.0)` */
function nameOf({ file, version }: Morph): string {
  return version === undefined ? file : `${file} (${version})`;
}

/** `nixpkgs.morph.lib`, downloaded if necessary but never built. */
async function ofNixpkgs(nix: Nix, cwd: string): Promise<Evaluator | undefined> {
  const args = ["<nixpkgs>", "--attr", "morph.lib", "--no-out-link", "--max-jobs", "0", "--builders", ""];
  const built = await nix.run("nix-build", args, { cwd });
  if (built.kind !== "exited" || built.code !== 0) return undefined;
  const file = await firstReadable([path.join(built.stdout.trim(), "eval-machines.nix")]);
  return file === undefined ? undefined : { path: file, origin: "nixpkgs" };
}
