import { type Nix, newStyle, processProblem, type RunOptions } from "../nix/nix.ts";
import type { Outcome } from "../outcome.ts";
import type { SignatureReport } from "../protocol.ts";
import { askCache } from "./cache.ts";
import { parsePublicKey } from "./keys.ts";
import { type PathInfo, parsePathInfos } from "./pathInfo.ts";
import { signatureReport } from "./report.ts";

/** Caches to query and keys to trust: Nix's settings of these names. */
export interface Trust {
  readonly substituters: readonly string[];
  readonly trustedPublicKeys: readonly string[];
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
  const caches = await Promise.all(trust.substituters.map(url => askCache(url, paths, until)));
  const keys = trust.trustedPublicKeys.flatMap(text => parsePublicKey(text) ?? []);
  return { value: signatureReport(closure.value, caches, keys) };
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
