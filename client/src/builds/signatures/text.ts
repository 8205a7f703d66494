import { countText, isUnchecked } from "../../../../server/src/common/lastResult.ts";
import type { Localiser } from "../../../../server/src/common/localiser.ts";
import type { CacheState, OfferStatus, PathOffer, SignatureSummary } from "../../../../server/src/protocol.ts";
import type { GroupStatus } from "./groups.ts";

/** The counts that a text about a closure needs. */
type Counts = Pick<SignatureSummary, "trusted" | "total"> & Partial<SignatureSummary>;

/** `14 of 14 paths signed`, without those that need no signature; `signatures not checked` if that is not known of all of them. */
export function signedText(summary: Counts, l10n: Localiser): string {
  const { trusted, total, contentAddressed = 0 } = summary;
  if (isUnchecked(summary)) return l10n.t("signatures not checked");
  const needed = total - contentAddressed;
  if (needed === 0) return l10n.t("no signatures needed");
  return l10n.t("{0} of {1} paths signed", countText(trusted), countText(needed));
}

/** The label of a status. */
export function signatureStatusText(status: GroupStatus, l10n: Localiser): string {
  switch (status) {
    case "trusted":
      return l10n.t("Signed by a trusted key");
    case "untrusted":
      return l10n.t("Signed by other keys only");
    case "invalid":
      return l10n.t("Invalid signature");
    case "differs":
      return l10n.t("Differs from what was signed");
    case "unsigned":
      return l10n.t("Not signed");
    case "archiveMissing":
      return l10n.t("Signed, but cannot be downloaded");
    case "missing":
      return l10n.t("Not in any cache");
    case "contentAddressed":
      return l10n.t("Content-addressed, no signature needed");
    case "builtHere":
      return l10n.t("Built here");
    case "unreachable":
      return l10n.t("Not checked");
  }
}

/** Why a path with this status needs attention, and what to do about it. */
export function signatureExplanation(status: GroupStatus, l10n: Localiser): string {
  switch (status) {
    case "trusted":
      return l10n.t("A machine that trusts the same keys accepts it from the cache.");
    case "untrusted":
      return l10n.t(
        "A cache has it, signed by keys that are not among the trusted public keys: Nix does not fetch it, and builds it instead. If you trust the owner of the key, add it to trusted-public-keys here and on the machine.",
      );
    case "invalid":
      return l10n.t(
        "What a cache serves does not match a signature by a trusted key, or Nix cannot read it: it was changed, or signed again with a different key of the same name. Do not deploy it before you know why.",
      );
    case "differs":
      return l10n.t(
        "A trusted key signed different content: it was built here again, and its build is not reproducible. A machine that requires signatures rejects the copy from here. Fetch it from the cache instead.",
      );
    case "unsigned":
      return l10n.t(
        "A cache has it without a signature, so Nix does not fetch it. Sign it in the cache with 'nix store sign', or set the secret key of the server that signs (services.nix-serve.secretKeyFile).",
      );
    case "archiveMissing":
      return l10n.t(
        "The signature is right, but the cache has lost the archive, so nothing can be downloaded. Push it to the cache again.",
      );
    case "missing":
      return l10n.t(
        "It was not built here, and no cache has it, so a machine has to get it from here. Push it to a cache that signs.",
      );
    case "contentAddressed":
      return l10n.t("Its name is the hash of its content: every machine accepts it.");
    case "builtHere":
      return l10n.t(
        "It is trusted on this machine because it was built here, and no cache has it. A machine accepts it from here only if your user is trusted there. Push it to a cache that signs.",
      );
    case "unreachable":
      return l10n.t(
        "A cache that could have it did not answer, so it may be signed or not. Check again when it answers.",
      );
  }
}

/** What a cache says about a path: `Invalid signature, buildMachine-1, the signature does not match`. */
export function offerText({ status, key, why, narMissing }: PathOffer, l10n: Localiser): string {
  const label = status === "missing" ? l10n.t("missing") : signatureStatusText(status, l10n);
  return [label, key, why, narMissing === true ? l10n.t("the archive is missing") : undefined]
    .filter(part => part !== undefined)
    .join(", ");
}

/** The short name of a cache in a row: without `https://`. Its full address is in the tooltip. */
export function cacheName(url: string): string {
  return url.replace(/^https?:\/\//, "").replace(/\/$/, "");
}

/** `3 not signed · 9 signed · 2 missing`, or why it could not be asked. Empty in reports of older versions. */
export function cacheText({ url, reachable, problem, counts }: CacheState, l10n: Localiser): string {
  if (url === "") return "";
  const found = counts === undefined ? [] : offerCounts.flatMap(status => countedText(status, counts[status], l10n));
  const failed = problem === undefined ? [] : [cacheProblemText(problem.code, reachable, l10n)];
  return [...failed, ...(reachable ? found : [])].join(" · ");
}

/** Why a cache could not be asked for every path. `reachable`: it has answered for some. */
function cacheProblemText(code: string, reachable: boolean, l10n: Localiser): string {
  switch (code) {
    case "cache-unreachable":
      return reachable ? l10n.t("did not answer for every path") : l10n.t("did not answer");
    case "cache-login":
      return l10n.t("requires a login");
    case "cache-store-dir":
      return l10n.t("for another store directory");
    case "not-checked":
      return l10n.t("check cancelled");
    default:
      return l10n.t("cannot be queried");
  }
}

/** The same as a sentence about the cache with this name. */
export function cacheProblemSentence(code: string, name: string, l10n: Localiser): string {
  switch (code) {
    case "cache-unreachable":
      return l10n.t("{0} did not answer", name);
    case "cache-login":
      return l10n.t("{0} requires a login", name);
    case "cache-store-dir":
      return l10n.t("{0} is for another store directory", name);
    case "not-checked":
      return l10n.t("check cancelled");
    default:
      return l10n.t("{0} cannot be queried", name);
  }
}

/** In the order of their importance in a narrow view. */
const offerCounts = [
  ...(["invalid", "untrusted", "unsigned", "trusted", "contentAddressed", "unreachable", "missing"] as const),
] satisfies readonly OfferStatus[];

function countedText(status: OfferStatus, number: number, l10n: Localiser): string[] {
  if (number === 0) return [];
  const count = countText(number);
  switch (status) {
    case "trusted":
      return [l10n.t("{0} signed", count)];
    case "untrusted":
      return [l10n.t("{0} by other keys", count)];
    case "invalid":
      return [l10n.t("{0} invalid", count)];
    case "unsigned":
      return [l10n.t("{0} not signed", count)];
    case "contentAddressed":
      return [l10n.t("{0} content-addressed", count)];
    case "unreachable":
      return [l10n.t("{0} not checked", count)];
    case "missing":
      return [l10n.t("{0} missing", count)];
  }
}
