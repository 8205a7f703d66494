import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { eventsOf } from "../../nix/events/stream.ts";
import type { Nix } from "../../nix/nix.ts";
import type { ProcessEnd } from "../../nix/process.ts";
import { readBounded } from "../../storage/regularFile.ts";
import { type Attempts, attemptsIn } from "./attempt.ts";
import { processorOf, programFor } from "./program.ts";
import type { ProofRequest } from "./requests.ts";

/** What trial builds need. */
export interface ProvingTools {
  readonly nix: Nix;
  /** Path of `prove.nix`. */
  readonly expression: string;
  /** A folder of ours for the programs. */
  readonly folder: string;
}

/** A derivation of a check, after Nix has ended or was stopped. */
export interface Trial {
  readonly request: ProofRequest;
  readonly drvPath: string;
  /** The content of its output: the kernel's processor, or nothing; undefined: it was not built. */
  readonly output: string | undefined;
}

/** The result of trial builds. */
export interface Trials {
  readonly trials: readonly Trial[];
  readonly attempts: Attempts;
  /** How Nix ended; `cancelled` when the time was over. */
  readonly end: ProcessEnd;
}

const derivations = v.array(v.object({ drvPath: v.string(), output: v.string() }));

/** An output has the name of a processor, or nothing (bytes). */
const maxOutput = 1024;

/** The most lines of Nix's that are kept; it has few for builds without a log. */
const maxLines = 5000;

/**
 * Has Nix build derivations that are different each time, and reports which of them exist afterwards.
 *
 * @param args that say where Nix builds them.
 * @param signal ends Nix, which then stops what it runs elsewhere; what was built by then counts.
 * @param env further variables.
 */
export async function prove(
  { nix, expression, folder }: ProvingTools,
  requests: readonly ProofRequest[],
  args: readonly string[],
  signal: AbortSignal,
  env: Readonly<Record<string, string>> = {},
): Promise<Trials> {
  if (requests.length === 0)
    return { trials: [], attempts: attemptsIn([]), end: { kind: "exited", code: 0, stdout: "", stderr: "" } };
  const programs = await Promise.all(requests.map(({ system }) => programFile(folder, processorOf(system) ?? "")));
  const given = requests.map(({ system, features }, index) => ({ system, features, program: programs[index] }));
  const evaluated = await nix.run(
    "nix-instantiate",
    [
      ...["--eval", "--strict", "--json", "--read-write-mode", expression],
      ...["--argstr", "requests", JSON.stringify(given), "--argstr", "nonce", randomUUID()],
    ],
    { signal },
  );
  const made = derivationsIn(evaluated);
  if (made === undefined) return { trials: [], attempts: attemptsIn([]), end: evaluated };
  const lines: string[] = [];
  const end = await nix.run(
    "nix-store",
    [
      ...["--realise", ...made.map(({ drvPath }) => drvPath), "--keep-going"],
      ...["--log-format", "internal-json", "-v", ...args],
    ],
    { signal, env, onStderrLine: line => void (lines.length < maxLines && lines.push(line)) },
  );
  const trials = requests.map(async (request, index): Promise<Trial> => {
    const { drvPath = "", output = "" } = made[index] ?? {};
    return { request, drvPath, output: (await readBounded(output, maxOutput))?.toString("latin1").trim() };
  });
  return { trials: await Promise.all(trials), attempts: attemptsIn(lines.flatMap(eventsOf)), end };
}

function derivationsIn(end: ProcessEnd): v.InferOutput<typeof derivations> | undefined {
  if (end.kind !== "exited" || end.code !== 0) return undefined;
  try {
    const parsed = v.safeParse(derivations, JSON.parse(end.stdout));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** The file of a program, which is written if it is not there as it should be. */
async function programFile(folder: string, processor: string): Promise<string> {
  const file = path.join(folder, processor);
  const program = programFor(processor);
  const found = await readFile(file).catch(() => undefined);
  if (found?.equals(program)) return file;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, program, { mode: 0o755 });
  await rename(temporary, file);
  return file;
}
