import * as l10n from "@vscode/l10n";
import type { SignatureReport } from "../../protocol.ts";
import { checkAgain, copySnippet, pushPaths, trustKey } from "./fixes.ts";
import { type Counted, keysOf, type OfferGroup, offersOf } from "./offers.ts";

/** As many paths have to be invalid, with no other signature of the key being right, to be a sign of another key. */
const minRekeyed = 3;

/** Signatures that do not fit, or narinfos that Nix refuses. */
export function invalid(id: string, group: OfferGroup, report: SignatureReport): Counted[] {
  const { offers } = group;
  const unread = offers.filter(({ key }) => key === undefined);
  return [
    ...keysOf(offers).map(key => (isRekeyed(key, group, report) ? rekeyed(id, key, group) : tampered(id, key, group))),
    ...(unread.length === 0 ? [] : [unreadable(id, group, unread)]),
  ];
}

/** Whether every signature of a key in a cache is wrong: then it is not the paths that were changed. */
function isRekeyed(key: string, { cache: { url }, offers }: OfferGroup, { paths }: SignatureReport): boolean {
  const isRight = paths.some(path =>
    offersOf(path).some(offer => offer.cache === url && offer.key === key && offer.status === "trusted"),
  );
  return !isRight && offers.filter(offer => offer.key === key).length >= minRekeyed;
}

function rekeyed(id: string, key: string, { cache: { url }, offers }: OfferGroup): Counted {
  const message = l10n.t(
    "No signature of '{0}' in {1} fits the trusted key of that name. The cache has a new key with the old name, or another key was entered here. Compare the public keys, and give a new key a new name.",
    key,
    url,
  );
  const count = offers.filter(offer => offer.key === key).length;
  const fixes = [trustKey(id, url, key), forget(), checkAgain(id)];
  return { count, problem: { code: "key-replaced", severity: "error", message, fixes } };
}

/** How to make Nix read the signatures again. */
function forget() {
  return copySnippet(
    l10n.t("Copy Command: Forget Old Signatures"),
    "rm -f ~/.cache/nix/binary-cache-v*.sqlite*",
    l10n.t(
      "Nix remembers signatures for 30 days ('narinfo-cache-positive-ttl'), also those of the old key. Run the command as the user who deploys, and as root if there is a daemon.",
    ),
  );
}

function tampered(id: string, key: string, { cache: { url }, offers }: OfferGroup): Counted {
  const own = offers.filter(offer => offer.key === key);
  const message = l10n.t(
    "Changed after it was signed by '{0}': hash, size, references or signature of these paths in {1} do not fit. Do not deploy them before you know why. If you can rule out an attack, push them again.",
    key,
    url,
  );
  const detail = own.find(({ why }) => why !== undefined)?.why;
  const fixes = [checkAgain(id), pushPaths(id, url)];
  return { count: own.length, problem: { code: "signature-invalid", severity: "error", message, detail, fixes } };
}

function unreadable(id: string, { cache: { url } }: OfferGroup, offers: OfferGroup["offers"]): Counted {
  const message = l10n.t(
    "Damaged: Nix refuses what {0} says about these paths, or it does not come from a cache.",
    url,
  );
  const fixes = [checkAgain(id), pushPaths(id, url)];
  const detail = offers.find(({ why }) => why !== undefined)?.why;
  return { count: offers.length, problem: { code: "narinfo-refused", severity: "error", message, detail, fixes } };
}
