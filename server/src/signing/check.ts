import { type Nix, newStyle, processProblem, type RunOptions } from "../nix/nix.ts";
import type { Outcome } from "../outcome.ts";
import type { SignatureReport } from "../protocol.ts";
import { runInSlices } from "../util/slices.ts";
import { askCache } from "./cache.ts";
import { nixRules } from "./formats/rules.ts";
import { readTrustedKeys } from "./keys.ts";
import { type PathInfo, parsePathInfos } from "./pathInfo.ts";
import { reportSteps } from "./report.ts";

/** Caches to query and keys to trust: Nix's settings of these names. */
export interface Trust {
  readonly substituters: readonly string[];
  readonly trustedPublicKeys: readonly string[];
  /** Nix's version: the reader of narinfos follows it. */
  readonly version?: string | undefined;
}

export interface CheckOptions extends RunOptions {
  /** Ends only the queries to caches: the report shows which paths were not answered. */
  readonly askUntil?: AbortSignal | undefined;
}

/** Checks the signatures of the closure of a store path. Problems: `no-nix`, `nix-failed` (the path is not in the store). */
export async function checkClosure(
  nix: Nix,
  storePath: string,
  trust: Trust,
  { askUntil, ...options }: CheckOptions = {},
): Promise<Outcome<SignatureReport>> {
  const closure = await closureOf(nix, storePath, options);
  if ("problem" in closure) return closure;
  const paths = closure.value.map(({ path }) => path);
  const until = askUntil ?? options.signal;
  const rules = nixRules(trust.version);
  const caches = await Promise.all(trust.substituters.map(url => askCache(url, paths, until, rules)));
  const keys = readTrustedKeys(trust.trustedPublicKeys);
  const steps = reportSteps(closure.value, caches, keys, new Date().toISOString());
  const report = await runInSlices(steps, options.signal ?? new AbortController().signal);
  return report === undefined ? { problem: processProblem({ kind: "cancelled" }) } : { value: report };
}

async function closureOf(nix: Nix, storePath: string, options?: RunOptions): Promise<Outcome<PathInfo[]>> {
  const end = await nix.run("nix", [...newStyle, "path-info", "--json", "--recursive", storePath], options);
  if (end.kind !== "exited" || end.code !== 0) return { problem: processProblem(end) };
  try {
    return { value: parsePathInfos(end.stdout) };
  } catch {
    return { problem: processProblem(end) };
  }
}
