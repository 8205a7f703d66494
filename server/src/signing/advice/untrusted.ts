import * as l10n from "@vscode/l10n";
import { trustKey } from "./fixes.ts";
import { type Counted, keysOf, type OfferGroup } from "./offers.ts";

/** Signed, but by keys that are not trusted: one problem for each key. */
export function untrusted(
  id: string,
  { cache: { url }, offers }: OfferGroup,
  trustedKeys: readonly string[],
): Counted[] {
  return keysOf(offers).map(key => {
    const count = offers.filter(offer => offer.key === key).length;
    const similar = trustedKeys.find(name => stem(name) === stem(key));
    const message =
      similar === undefined
        ? l10n.t(
            "Paths in {0} are signed by '{1}', which is not trusted here. Nix only warns, and builds them again.",
            url,
            key,
          )
        : l10n.t(
            "Paths in {0} are signed by '{1}', but '{2}' is trusted. The name in a signature has to be exactly that of the trusted key: the cache may have a new key, or was given another name.",
            url,
            key,
            similar,
          );
    const code = similar === undefined ? "key-not-trusted" : "key-name-differs";
    return { count, problem: { code, severity: "warning", message, fixes: [trustKey(id, url, key)] } };
  });
}

/** The name of a key without its number and in lower case: what stays when a key is replaced. */
function stem(name: string): string {
  return name.toLowerCase().replace(/[-_.]?\d+$/, "");
}
