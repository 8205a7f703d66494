import path from "node:path";
import { type Nix, newStyle, processProblem, type RunOptions } from "../../nix/nix.ts";
import type { Outcome } from "../../outcome.ts";
import type { RouteVerdict, SignatureReport } from "../../protocol.ts";
import { runInSlices } from "../../util/slices.ts";
import type { Interruptible } from "../../util/steps.ts";
import { askCache } from "../caches/ask.ts";
import { baseOf } from "../caches/source.ts";
import { readTrustedKeys, type TrustedKeys } from "../keys.ts";
import type { Narinfo } from "../narinfo.ts";
import { type PathInfo, parsePathInfos } from "../pathInfo.ts";
import { type CacheAnswers, reportSteps } from "../report.ts";
import { verifyAhead } from "../signature.ts";
import { openAccess, type Trust } from "./access.ts";

export interface CheckOptions extends RunOptions {
  /** Ends only the queries to caches: the report shows which paths were not answered. */
  readonly askUntil?: AbortSignal | undefined;
  /** For what is remembered of caches for a short while; undefined: nothing is. */
  readonly storageDir?: string | undefined;
  /** Caches are queried even for what is remembered. */
  readonly isFresh?: boolean | undefined;
  /** Says whether the machine that it is for will accept it. */
  readonly routes?: ((checked: CheckedClosure) => Interruptible<readonly RouteVerdict[]>) | undefined;
}

/** A closure as it is here, and what the caches answered. */
export interface CheckedClosure {
  readonly closure: readonly PathInfo[];
  readonly caches: readonly CacheAnswers[];
  /** Those that are trusted here. */
  readonly keys: TrustedKeys;
}

/** Checks the signatures of the closure of a store path. Problems: `no-nix`, `nix-failed` (the path is not in the store). */
export async function checkClosure(
  nix: Nix,
  storePath: string,
  trust: Trust,
  { askUntil, storageDir, isFresh, routes, ...options }: CheckOptions = {},
): Promise<Outcome<SignatureReport>> {
  const closure = await closureOf(nix, storePath, options);
  if ("problem" in closure) return closure;
  const paths = closure.value.map(info => info.path);
  const until = askUntil ?? options.signal;
  const access = await openAccess(nix, trust, path.posix.dirname(storePath), storageDir);
  const keys = readTrustedKeys(trust.trustedPublicKeys);
  const checks: Promise<void>[] = [];
  const didRead = (info: Narinfo) => void checks.push(verifyAhead(info, keys));
  let caches: readonly CacheAnswers[];
  try {
    const urls = distinct(trust.substituters);
    caches = await Promise.all(urls.map(url => askCache(url, paths, { ...access, isFresh, didRead }, until)));
  } finally {
    access.connections.close();
  }
  await Promise.all(checks);
  if (trust.requiresSignatures === false) caches = caches.map(withoutNeed);
  const checked = { closure: closure.value, caches: byPriority(caches), keys };
  const steps = reportSteps(checked.closure, checked.caches, keys, new Date().toISOString());
  const signal = options.signal ?? new AbortController().signal;
  const report = await runInSlices(steps, signal);
  if (report === undefined) return { problem: processProblem({ kind: "cancelled" }) };
  const verdicts = routes && (await runInSlices(routes(checked), signal));
  return { value: { ...report, ...(verdicts !== undefined && { routes: verdicts }) } };
}

/** Nix requires no signature of any cache. */
function withoutNeed({ state, ...answers }: CacheAnswers): CacheAnswers {
  return { ...answers, state: { ...state, needsNoSignature: state.needsNoSignature ?? "require-sigs" } };
}

/** Without those that only repeat another. */
function distinct(urls: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return urls.filter(url => !seen.has(baseOf(url)) && seen.add(baseOf(url)));
}

/**
 * In the order in which Nix asks them (`getDefaultSubstituters`, `src/libstore/store-api.cc`): without a priority it is 0. Those that
 * do not answer come last.
 */
function byPriority(caches: readonly CacheAnswers[]): readonly CacheAnswers[] {
  const rank = ({ state }: CacheAnswers) => (state.reachable ? (state.priority ?? 0) : Number.MAX_SAFE_INTEGER);
  return caches.toSorted((a, b) => rank(a) - rank(b));
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
