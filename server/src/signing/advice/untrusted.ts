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
            "Key '{1}' is not trusted here. It signs paths in {0}: Nix only warns, and builds them again.",
            url,
            key,
          )
        : l10n.t(
            "Key '{1}' is not trusted here, but '{2}' is. The name in a signature has to be exactly that of the trusted key. {0} may have a new key, or the name was not copied exactly.",
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
