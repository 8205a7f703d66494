import { constants } from "node:fs";
import { access, realpath } from "node:fs/promises";
import path from "node:path";
import { t } from "@vscode/l10n";
import { errorProblem, type Outcome } from "../outcome.ts";
import type { EvaluatorOrigin } from "../protocol.ts";
import type { Nix } from "./nix.ts";

/** The `eval-machines.nix` that evaluates a network, and why this one. */
export interface Evaluator {
  readonly path: string;
  readonly origin: EvaluatorOrigin;
  readonly morphVersion?: string | undefined;
}

const fileName = "eval-machines.nix";

/**
 * Finds the evaluator that the user's `morph` uses, so that our derivations are the ones it will ask for: the setting, Morph's
 * own variable, the `morph` on PATH, nixpkgs' Morph, and at last our own. Problem: `no-evaluator`, when the one that was asked
 * for does not exist.
 */
export async function findEvaluator(
  nix: Nix,
  setting: string,
  bundled: string,
  cwd: string,
): Promise<Outcome<Evaluator>> {
  for (const [asked, origin] of [
    [setting, "setting"],
    [nix.env.MORPH_NIX_EVAL_MACHINES ?? "", "environment"],
  ] as const) {
    if (asked === "") continue;
    const file = path.resolve(cwd, asked);
    return (await isReadable(file)) ? { value: { path: file, origin } } : { problem: missing(file, origin) };
  }
  return { value: (await ofMorphOnPath(nix)) ?? (await ofNixpkgs(nix, cwd)) ?? { path: bundled, origin: "bundled" } };
}

function missing(file: string, origin: "setting" | "environment") {
  const asker = origin === "setting" ? "morph.evaluator" : "MORPH_NIX_EVAL_MACHINES";
  return errorProblem(
    "no-evaluator",
    t("The evaluator '{0}' cannot be read. Correct {1}, or leave it empty to have it found.", file, asker),
  );
}

/** Morph keeps its evaluator in a store path of its own (`lib`), to which the program refers. */
async function ofMorphOnPath(nix: Nix): Promise<Evaluator | undefined> {
  const morph = await programOnPath("morph", nix.env.PATH ?? "");
  if (morph === undefined) return undefined;
  const references = await nix.run("nix-store", ["--query", "--references", morph]);
  if (references.kind !== "exited" || references.code !== 0) return undefined;
  const file = await firstReadable(references.stdout.split("\n").map(reference => path.join(reference, fileName)));
  if (file === undefined) return undefined;
  const version = await nix.runFile(morph, ["--version"]);
  const said = version.kind === "exited" ? `${version.stdout}\n${version.stderr}`.trim().split("\n")[0] : undefined;
  return { path: file, origin: "morph", morphVersion: said === "" ? undefined : said };
}

/** `nixpkgs.morph.lib`, downloaded if need be and never built. */
async function ofNixpkgs(nix: Nix, cwd: string): Promise<Evaluator | undefined> {
  const args = ["<nixpkgs>", "--attr", "morph.lib", "--no-out-link", "--max-jobs", "0", "--builders", ""];
  const built = await nix.run("nix-build", args, { cwd });
  if (built.kind !== "exited" || built.code !== 0) return undefined;
  const file = await firstReadable([path.join(built.stdout.trim(), fileName)]);
  return file === undefined ? undefined : { path: file, origin: "nixpkgs" };
}

async function firstReadable(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) if (path.isAbsolute(file) && (await isReadable(file))) return file;
  return undefined;
}

async function programOnPath(name: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(path.delimiter).filter(path.isAbsolute)) {
    const file = path.join(folder, name);
    if (await isReadable(file, constants.X_OK)) return realpath(file);
  }
  return undefined;
}

async function isReadable(file: string, mode: number = constants.R_OK): Promise<boolean> {
  try {
    await access(file, mode);
    return true;
  } catch {
    return false;
  }
}
