import path from "node:path";
import { fileURLToPath } from "node:url";
import { maskText } from "../../logging/secrets.ts";
import type { CacheState, Problem } from "../../protocol.ts";
import type { NixRules } from "../formats/rules.ts";
import { type Narinfo, readNarinfo } from "../narinfo.ts";
import type { CacheAnswers } from "../report.ts";
import { type CacheInfo, parseCacheInfo, withParameters } from "./cacheInfo.ts";
import { fileSource } from "./fileSource.ts";
import { type HttpAccess, httpSource } from "./httpSource.ts";
import { type KeptSource, keptSource, longestLifetimes } from "./kept.ts";
import { type CacheFindings, lookUp } from "./lookUp.ts";
import { lookUpThroughNix, type NixAccess } from "./nixStore.ts";
import * as problems from "./problems.ts";
import { type CacheSource, usualLimits } from "./source.ts";

/** How caches are queried. */
export interface CacheAccess extends HttpAccess, NixAccess {
  /** Our store directory, without a final slash. */
  readonly storeDir: string;
  /** How the Nix in use reads narinfos. */
  readonly rules: NixRules;
  /** How long Nix itself remembers answers (s), if that is known. */
  readonly ttl?: { readonly found?: number | undefined; readonly missing?: number | undefined } | undefined;
  /** Called with each narinfo as it comes. */
  readonly didRead?: ((info: Narinfo) => void) | undefined;
  /** What is remembered of a cache does not count. */
  readonly isFresh?: boolean | undefined;
}

/**
 * Looks up every path in a cache or store. An unreachable one is a state, not an error.
 *
 * @param until aborts the requests: paths without an answer by then have failed.
 */
export async function askCache(
  url: string,
  paths: readonly string[],
  access: CacheAccess,
  until: AbortSignal = new AbortController().signal,
): Promise<CacheAnswers> {
  const shown = shownUrl(url);
  if (until.aborted) return unavailable({ url: shown }, problems.cancelled(shown));
  const source = sourceOf(url, access);
  if (source === "nix") return askThroughNix(url, paths, access, until);
  if (source === undefined) return unavailable({ url: shown }, problems.unsupported(shown));
  const state = { url: shown, kind: source.kind };
  const { whole: usual } = access.limits ?? usualLimits;
  const started = performance.now();
  const about = await source.read("nix-cache-info", until);
  if (about.kind === "absent") return unavailable(state, problems.noCache(shown));
  if (about.kind === "failed") {
    if (until.aborted) return unavailable(state, problems.cancelled(shown));
    return unavailable(
      state,
      about.cause === "login" ? problems.needsLogin(shown, about.why) : problems.unreachable(shown, about.why),
    );
  }
  const info = withParameters(parseCacheInfo(about.text), url);
  const described = { ...state, ...known(info) };
  const { storeDir } = info;
  if (storeDir !== undefined && storeDir !== access.storeDir)
    return unavailable(described, problems.otherStoreDir(shown, storeDir, access.storeDir));
  // A cache that gives no narinfo is not awaited longer than one that gives nothing.
  const patience = { first: Math.max(0, usual - (performance.now() - started)), usual };
  const reader = {
    read: (text: string, name: string) => readNarinfo(text, name, access.storeDir, access.rules),
    didRead: access.didRead,
  };
  const kept = await remembering(source, url, access);
  const findings = await lookUp(kept ?? source, paths, reader, patience, until);
  await kept?.save();
  return answers(described, findings, until);
}

/** A cache that remembers its answers; undefined for one that needs no memory, or if there is no place for it. */
async function remembering(
  source: CacheSource,
  url: string,
  { storageDir, ttl, isFresh }: CacheAccess,
): Promise<KeptSource | undefined> {
  if (storageDir === undefined || source.kind !== "http") return undefined;
  const lifetime = (kind: "found" | "missing") =>
    Math.min(longestLifetimes[kind], (ttl?.[kind] ?? Number.POSITIVE_INFINITY) * 1000);
  const lifetimes = { found: lifetime("found"), missing: lifetime("missing") };
  return keptSource(source, url, path.join(storageDir, "narinfos"), lifetimes, isFresh === true);
}

async function askThroughNix(
  url: string,
  paths: readonly string[],
  access: CacheAccess,
  until: AbortSignal,
): Promise<CacheAnswers> {
  const shown = shownUrl(url);
  const state = { url: shown, kind: "nix", ...known(withParameters({}, url)) } as const;
  const findings = await lookUpThroughNix(url, paths, access, until);
  if (!("why" in findings)) return answers(state, findings, until);
  const why = maskText(findings.why);
  return unavailable(state, until.aborted ? problems.cancelled(shown) : problems.nixFailed(shown, why));
}

/** A URL without a password and other secrets: it is shown and recorded. A user of ssh is none. */
export function shownUrl(url: string): string {
  const [, ssh = "", rest = url] = /^(ssh(?:-ng)?:\/\/[^:@/]*@)(.*)$/s.exec(url) ?? [];
  return ssh + maskText(rest);
}

/** How a cache is queried; `nix`: through Nix. Undefined: what is written is not a URL of one. */
function sourceOf(url: string, access: HttpAccess): CacheSource | "nix" | undefined {
  if (/^https?:\/\//.test(url)) return httpSource(url, access);
  if (url.startsWith("file://")) return isLocalFile(url) ? fileSource(url) : undefined;
  const isStore = /^(?:[a-z][a-z0-9+.-]*:\/\/|\/|(?:local|daemon)(?:$|\?))/.test(url);
  // A host or user that begins like an option could become one of ssh.
  return isStore && !/^[^/]*:\/\/(?:-|[^/]*@-)/.test(url) ? "nix" : undefined;
}

function isLocalFile(url: string): boolean {
  try {
    return fileURLToPath(url) !== "";
  } catch {
    return false;
  }
}

function answers(state: Omit<CacheState, "reachable">, findings: CacheFindings, until: AbortSignal): CacheAnswers {
  const { gaveUp, failed } = findings;
  const isCancelled = until.aborted && failed.size > 0;
  const problem = isCancelled
    ? problems.cancelled(state.url)
    : gaveUp === undefined
      ? undefined
      : problems.gaveUp(state.url, gaveUp, failed.size);
  return { ...findings, state: { ...state, reachable: true, ...(problem && { problem }) } };
}

function unavailable(state: Omit<CacheState, "reachable" | "problem">, problem: Problem): CacheAnswers {
  return {
    state: { ...state, reachable: false, problem },
    infos: new Map(),
    refused: new Map(),
    failed: new Map(),
    narMissing: new Set(),
  };
}

/** Without what a cache does not say. */
function known({
  storeDir,
  priority,
  wantMassQuery,
  needsNoSignature,
}: CacheInfo): Pick<CacheState, "storeDir" | "priority" | "wantMassQuery" | "needsNoSignature"> {
  return {
    ...(storeDir !== undefined && { storeDir }),
    ...(priority !== undefined && { priority }),
    ...(wantMassQuery !== undefined && { wantMassQuery }),
    ...(needsNoSignature !== undefined && { needsNoSignature }),
  };
}
