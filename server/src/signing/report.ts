import path from "node:path";
import * as l10n from "@vscode/l10n";
import type {
  CacheState,
  OfferStatus,
  PathOffer,
  PathSignature,
  SignatureReport,
  SignatureStatus,
} from "../protocol.ts";
import { type Interruptible, runToEnd } from "../util/steps.ts";
import { falseContentAddress } from "./formats/contentAddress.ts";
import type { TrustedKeys } from "./keys.ts";
import type { Narinfo } from "./narinfo.ts";
import type { PathInfo } from "./pathInfo.ts";
import { fingerprint, shortName, type Verdict, verdictSteps } from "./signature.ts";

/** A cache's answers for the paths of a closure. A path that is in none of them is not in the cache. */
export interface CacheAnswers {
  readonly state: CacheState;
  /** Store path -> its narinfo, as `readNarinfo` read it. */
  readonly infos: ReadonlyMap<string, Narinfo>;
  /** Store path -> why the cache gave no answer. */
  readonly failed: ReadonlyMap<string, string>;
  /** Store path -> why `readNarinfo` refused the answer. */
  readonly refused: ReadonlyMap<string, string>;
  /** Paths with a narinfo, but whose archive is not in the cache. */
  readonly narMissing: ReadonlySet<string>;
}

/**
 * Reports for each path of a closure whether a machine that trusts `keys` would accept it: first by the signatures in the caches,
 * because other machines will see those; then by those in the local store.
 *
 * @param at the time of the check (ISO 8601).
 */
export function signatureReport(
  closure: readonly PathInfo[],
  caches: readonly CacheAnswers[],
  keys: TrustedKeys,
  at: string,
): SignatureReport {
  return runToEnd(reportSteps(closure, caches, keys, at));
}

/** The same in steps. */
export function* reportSteps(
  closure: readonly PathInfo[],
  caches: readonly CacheAnswers[],
  keys: TrustedKeys,
  at: string,
): Interruptible<SignatureReport> {
  const paths: PathSignature[] = [];
  for (const info of closure) {
    const offers: Offer[] = [];
    for (const cache of caches) offers.push(yield* offerSteps(info, cache, keys));
    const isSettled = offers.some(({ offer, isSame }) => offer.status === "trusted" && isSame);
    const local = isSettled ? unsigned : yield* verdictSteps(withoutFalseClaim(info), keys);
    paths.push({ path: info.path, ...statusOf(info, local, offers), offers: offers.map(({ offer }) => offer) });
    yield;
  }
  const count = (status: SignatureStatus) => paths.filter(path => path.status === status).length;
  return {
    at,
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
    trustedKeys: [...keys.byName.keys()],
    caches: caches.map((cache, index) => stateOf(cache, paths, index)),
    paths,
  };
}

const unsigned: Verdict = { status: "unsigned" };

/** What is in the store is valid: a claim there that we do not understand is not a wrong one. */
function withoutFalseClaim(info: PathInfo): PathInfo {
  const { ca } = info;
  return ca === undefined || falseContentAddress({ ...info, ca }) === undefined ? info : { ...info, ca: undefined };
}

/** A cache's state with what it serves of the closure. */
function stateOf({ state, infos }: CacheAnswers, paths: readonly PathSignature[], index: number): CacheState {
  const offers = paths.flatMap(path => path.offers?.[index] ?? []);
  const count = (status: OfferStatus) => offers.filter(offer => offer.status === status).length;
  return {
    ...state,
    ...(isLive([...infos.values()]) && { isLive: true }),
    keys: signersOf(infos.values()),
    counts: {
      trusted: count("trusted"),
      untrusted: count("untrusted"),
      invalid: count("invalid"),
      unsigned: count("unsigned"),
      missing: count("missing"),
      contentAddressed: count("contentAddressed"),
      unreachable: count("unreachable"),
    },
  };
}

/** The archive of a live store is packed when it is asked for: nix-serve, nix-serve-ng and attic name it after the path, harmonia both. */
const liveArchive =
  /^nar\/(?:[0-9a-df-np-sv-z]{32}(?:-[0-9a-df-np-sv-z]{52})?\.nar|[0-9a-df-np-sv-z]{52}\.nar\?hash=[0-9a-df-np-sv-z]{32})$/;

/** Whether a cache serves a live store. Archives in files are named after their own hash, and usually compressed. */
function isLive(infos: readonly Narinfo[]): boolean {
  return infos.length > 0 && infos.every(({ url, compression }) => compression === "none" && liveArchive.test(url));
}

/** At most this many names of keys are reported of a cache. */
const maxKeys = 100;

/** The names of the keys that signed what a cache serves. */
function signersOf(infos: Iterable<Narinfo>): string[] {
  const names = new Set<string>();
  for (const { signatures } of infos)
    for (const signature of signatures) {
      if (names.size === maxKeys) return [...names].toSorted();
      const colon = signature.indexOf(":");
      if (colon > 0) names.add(shortName(signature.slice(0, colon)));
    }
  return [...names].toSorted();
}

/** What a cache says about a path, and whether it is about the content that is here. */
interface Offer {
  readonly offer: PathOffer;
  readonly isSame: boolean;
}

function* offerSteps(own: PathInfo, answers: CacheAnswers, keys: TrustedKeys): Interruptible<Offer> {
  const { state, infos, failed, refused, narMissing } = answers;
  const answer = (fields: Omit<PathOffer, "cache">, isSame = true) => ({
    offer: { cache: state.url, ...fields },
    isSame,
  });
  if (!state.reachable) return answer({ status: "unreachable" });
  // Nix does not use a cache of another store.
  const isOther = state.storeDir !== undefined && state.storeDir !== path.posix.dirname(own.path);
  if (isOther) return answer({ status: "missing" });
  const [failure, refusal, info] = [failed.get(own.path), refused.get(own.path), infos.get(own.path)];
  if (failure !== undefined) return answer({ status: "unreachable", why: failure });
  if (refusal !== undefined) return answer({ status: "invalid", why: refusal });
  if (info === undefined) return answer({ status: "missing" });
  const verdict = yield* verdictSteps(info, keys);
  const isSame = fingerprint(info) === fingerprint(own);
  if (verdict.status === "contentAddressed" && !isSame) return answer({ status: "invalid", why: otherContent() });
  return answer({ ...verdict, ...(narMissing.has(own.path) && { narMissing: true }) }, isSame);
}

/** The status of a path from what is known of it here, and from all offers. */
function statusOf(own: PathInfo, local: Verdict, offers: readonly Offer[]): Omit<PathSignature, "path" | "offers"> {
  const first = (status: OfferStatus, isSame?: boolean) => {
    const found = offers.filter(({ offer, ...other }) => offer.status === status && (!isSame || other.isSame));
    // One that can be downloaded is better.
    return (found.find(({ offer }) => offer.narMissing === undefined) ?? found[0])?.offer;
  };
  const byLocal = (status: Verdict["status"]) => (local.status === status ? local : undefined);
  const differing = first("trusted");
  const hasOffer = first("untrusted") !== undefined || first("unsigned") !== undefined;
  return (
    first("trusted", true) ??
    byLocal("trusted") ??
    (differing && { ...differing, status: "differs", why: differs() }) ??
    first("invalid") ??
    byLocal("invalid") ??
    first("contentAddressed") ??
    // A cache that does not say so needs a signature.
    (hasOffer ? undefined : byLocal("contentAddressed")) ??
    // Unknown is not unsigned: the silent cache may have a trusted signature.
    first("unreachable") ??
    first("untrusted") ??
    byLocal("untrusted") ??
    first("unsigned") ?? { status: own.ultimate ? "builtHere" : "missing" }
  );
}

function differs(): string {
  return l10n.t("The content here differs from what is signed: it was built here, and its build is not reproducible.");
}

/** A path that is named after its content cannot have two. */
function otherContent(): string {
  return l10n.t("Its NarHash or NarSize is not that of the content that is here and that the path is named after.");
}
