import { constants } from "node:fs";
import { access, realpath } from "node:fs/promises";
import path from "node:path";
import type { Nix } from "../nix.ts";
import { isAtLeast } from "../version.ts";

/** The user's Morph: the `morph` that their shell would run. */
export interface Morph {
  /** Path of the program or of the wrapper that starts it. */
  readonly file: string;
  /** As printed by `morph --version`, such as `1.8.0` or `1.8.0-dirty`; undefined if that is not a version. */
  readonly version?: string | undefined;
}

/** Morph's evaluator, in its data directory. */
const fileName = "eval-machines.nix";

/** Limits on time (ms) and output (bytes), because a wrapper may do anything. */
const bounds = { timeout: 10_000, maxOutput: 256 * 1024 };

/** The path of the `morph` on Nix's PATH. It is not run. */
export function morphFile(nix: Nix): Promise<string | undefined> {
  return programOnPath("morph", nix.env.PATH ?? "");
}

/** Finds the `morph` on Nix's PATH and its version. */
export async function findMorph(nix: Nix): Promise<Morph | undefined> {
  const file = await morphFile(nix);
  if (file === undefined) return undefined;
  const end = await nix.runFile(file, ["--version"], bounds);
  // Morph prints it to stderr, and wrappers may print more.
  const version = end.kind === "exited" && end.code === 0 ? versionIn(`${end.stderr}\n${end.stdout}`) : undefined;
  return { file, version };
}

/** The first line that consists of a version only. */
export function versionIn(text: string): string | undefined {
  const lines = text.split("\n").map(line => line.trim());
  return lines.find(line => /^v?\d+\.\d+\S*$/.test(line));
}

/**
 * Whether a version supports Morph's own variables (`MORPH_NIX_EVAL_MACHINES`, `MORPH_NIX_EVAL_CMD`): 1.8 and later. False if
 * the version is unknown.
 */
export function knowsVariables(version: string | undefined): boolean {
  return version !== undefined && isAtLeast(version.replace(/^v/, ""), 1, 8);
}

/**
 * The `eval-machines.nix` that a Morph uses; undefined if unknown. Morph 1.8 and later print it without running Nix. An older
 * one would ignore the variable and evaluate, so its evaluator is searched for in the store.
 *
 * @param network path of a network file.
 */
export async function evaluatorOf(nix: Nix, morph: Morph, network: string): Promise<string | undefined> {
  const printed = knowsVariables(morph.version) ? await askMorph(nix, morph, network) : undefined;
  return printed ?? (await storedWith(nix, morph));
}

/** A name that no machine has. */
const attribute = "morph-language-server-asks";

async function askMorph(nix: Nix, { file }: Morph, network: string): Promise<string | undefined> {
  const cwd = path.dirname(network);
  const env = { MORPH_NIX_EVAL_CMD: "echo" };
  const end = await nix.runFile(file, ["eval", network, attribute], { ...bounds, cwd, env });
  if (end.kind !== "exited" || end.code !== 0) return undefined;
  const printed = evaluatorIn(end.stdout, network, attribute);
  return printed === undefined ? undefined : firstReadable([path.resolve(cwd, printed)]);
}

/**
 * Reads what `echo` prints in place of `nix-instantiate`: `--eval <evaluator> --arg networkExpr <network> --argstr argsFile
 * --attr nodes.<attribute> --strict`. Paths may contain spaces, so the text around the evaluator is matched.
 */
export function evaluatorIn(printed: string, network: string, asked: string): string | undefined {
  const before = "--eval ";
  const after = ` --arg networkExpr ${network} --argstr argsFile  --attr nodes.${asked} --strict`;
  const end = printed.lastIndexOf(after);
  const rest = printed.slice(end + after.length);
  if (end === -1 || (rest !== "" && !rest.startsWith("\n"))) return undefined;
  const line = printed.lastIndexOf("\n", end - 1) + 1;
  const evaluator = printed.startsWith(before, line) ? printed.slice(line + before.length, end) : "";
  return evaluator === "" ? undefined : evaluator;
}

/**
 * Morph's package has its evaluator in a separate store path (`lib`), which the program references, perhaps through wrappers.
 * Undefined if the program is not in a store, or its closure has several evaluators.
 */
async function storedWith(nix: Nix, { file }: Morph): Promise<string | undefined> {
  const program = await realpath(file).catch(() => file);
  for (const query of ["--references", "--requisites"]) {
    const end = await nix.run("nix-store", ["--query", query, program], { timeout: bounds.timeout });
    if (end.kind !== "exited" || end.code !== 0) return undefined;
    const found = await readable(end.stdout.split("\n").map(each => path.join(each, fileName)));
    if (found.length > 0) return found.length === 1 ? found[0] : undefined;
  }
  return undefined;
}

async function programOnPath(name: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(path.delimiter).filter(path.isAbsolute)) {
    const file = path.join(folder, name);
    if (await isReadable(file, constants.X_OK)) return file;
  }
  return undefined;
}

async function readable(files: readonly string[]): Promise<string[]> {
  const found = await Promise.all(files.map(async file => path.isAbsolute(file) && (await isReadable(file))));
  return files.filter((_, index) => found[index]);
}

/** The first readable file. */
export async function firstReadable(files: readonly string[]): Promise<string | undefined> {
  return (await readable(files))[0];
}

/** Whether a file is accessible with `mode` (default: readable). */
export async function isReadable(file: string, mode: number = constants.R_OK): Promise<boolean> {
  try {
    await access(file, mode);
    return true;
  } catch {
    return false;
  }
}
