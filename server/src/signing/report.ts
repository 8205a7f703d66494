import type { CacheState, PathSignature, SignatureReport, SignatureStatus } from "../protocol.ts";
import type { PublicKey } from "./keys.ts";
import type { PathInfo } from "./pathInfo.ts";
import { checkSignatures, type Verdict } from "./signature.ts";

/** A cache's answers for the paths of a closure. */
export interface CacheAnswers {
  readonly state: CacheState;
  /** Store path -> its narinfo. A path that the cache does not have is absent. */
  readonly infos: ReadonlyMap<string, PathInfo>;
  /** Paths for which a reachable cache gave no usable answer. */
  readonly failed: ReadonlySet<string>;
}

/**
 * Reports for each path of a closure whether a machine that trusts `keys` would accept it: first by the signatures in the caches,
 * because other machines will see those; then by those in the local store.
 */
export function signatureReport(
  closure: readonly PathInfo[],
  caches: readonly CacheAnswers[],
  keys: readonly PublicKey[],
): SignatureReport {
  const paths = closure.map(info => statusOf(info, caches, keys));
  const count = (status: SignatureStatus) => paths.filter(path => path.status === status).length;
  return {
    total: paths.length,
    trusted: count("trusted"),
    untrusted: count("untrusted"),
    invalid: count("invalid"),
    unsigned: count("unsigned"),
    missing: count("missing"),
    contentAddressed: count("contentAddressed"),
    builtHere: count("builtHere"),
    differs: count("differs"),
    unreachable: count("unreachable"),
    bytes: closure.reduce((sum, { narSize }) => sum + narSize, 0),
    caches: caches.map(({ state }) => state),
    paths,
  };
}

type Finding = Verdict & { readonly cache?: string | undefined };

function statusOf(info: PathInfo, caches: readonly CacheAnswers[], keys: readonly PublicKey[]): PathSignature {
  const offers = caches.flatMap(({ state, infos }) => {
    const offer = infos.get(info.path);
    return offer === undefined ? [] : [{ cache: state.url, offer }];
  });
  const findings: Finding[] = [
    ...offers.flatMap(({ cache, offer }) => checkSignatures(offer, keys).map(verdict => ({ ...verdict, cache }))),
    ...checkSignatures(info, keys),
  ];
  for (const status of ["trusted", "invalid", "untrusted"] as const) {
    const finding = findings.find(candidate => candidate.status === status);
    if (finding !== undefined) return { path: info.path, status, key: finding.key, cache: finding.cache };
  }
  if (info.contentAddressed) return { path: info.path, status: "contentAddressed" };
  if (offers[0] !== undefined) return { path: info.path, status: "unsigned", cache: offers[0].cache };
  if (info.ultimate) return { path: info.path, status: "builtHere" };
  const isUnanswered = caches.some(({ state, failed }) => !state.reachable || failed.has(info.path));
  return { path: info.path, status: isUnanswered ? "unreachable" : "missing" };
}
