import path from "node:path";
import type { Flavour, Jobset } from "../database.ts";
import { type Fetched, inputArguments } from "./inputs.ts";
import type { HydraNix } from "./nix.ts";

/** A derivation that an expression asks for. */
export interface Job {
  readonly attr: string;
  readonly name: string;
  readonly system: string;
  readonly drvPath: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly priority: number;
  /** The most that it may take, and how long without any output (s). */
  readonly timeout: number;
  readonly maxSilent: number;
  /** Of an aggregate: names of jobs, or derivations. */
  readonly constituents: readonly string[];
}

/** A job, or the whole expression (an empty name), that cannot be evaluated. */
export interface JobError {
  readonly attr: string;
  /** In Nix's words. */
  readonly error: string;
}

/** What an expression evaluates to: restricted to the inputs, and without import from derivation unless the server allows it. */
export async function evaluateJobs(
  nix: HydraNix,
  { nixexprinput, nixexprpath }: Jobset,
  inputs: readonly Fetched[],
  { flavour, allowsImport }: { readonly flavour: Flavour; readonly allowsImport: boolean },
): Promise<readonly (Job | JobError)[]> {
  const args = inputArguments(inputs);
  const strict = flavour === "2023";
  const evaluate = async <T>(query: { path: readonly string[]; deep: boolean }): Promise<T | string> => {
    const { code, stdout, stderr } = await nix.run("nix-instantiate", [
      ...["--eval", "--strict", "--json", "--read-write-mode", "--option", "restrict-eval", "true"],
      ...(allowsImport ? [] : ["--option", "allow-import-from-derivation", "false"]),
      ...[
        "-I",
        `hydra-jobs=${import.meta.dirname}`,
        ...args,
        "--argstr",
        "hydraQuery",
        JSON.stringify({ ...query, strict }),
      ],
      ...["--arg", "hydraRoot", `import <${nixexprinput}/${nixexprpath}>`, path.join(import.meta.dirname, "jobs.nix")],
    ]);
    if (code === 0) return JSON.parse(stdout) as T;
    return errorOf(stderr);
  };

  /** Job by job, to find out which of them cannot be evaluated. */
  const lookAt = async (at: readonly string[]): Promise<readonly (Job | JobError)[]> => {
    const found = await evaluate<{ job?: Job; names?: readonly string[] }>({ path: at, deep: false });
    if (typeof found === "string") return [{ attr: at.join("."), error: found }];
    if (found.job !== undefined) return [found.job];
    const below: (Job | JobError)[] = [];
    for (const name of found.names ?? []) below.push(...(await lookAt([...at, name])));
    return below;
  };

  const all = await evaluate<readonly Job[]>({ path: [], deep: true });
  return typeof all === "string" ? lookAt([]) : all;
}

/** From the first error on: warnings before it are not part of it. */
function errorOf(stderr: string): string {
  const start = stderr.search(/^error:/m);
  return (start < 0 ? stderr : stderr.slice(start)).trimEnd();
}
