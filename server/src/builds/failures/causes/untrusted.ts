import * as l10n from "@vscode/l10n";
import { nameOfStorePath } from "../../../common/storePath.ts";
import type { Problem } from "../../../protocol.ts";
import type { StreamError } from "../../stream/eventState.ts";
import { everythingSaid } from "../evidence/detail.ts";
import { innerWords } from "../evidence/ending.ts";
import { type Explain, errorsOf, type FailedBuild, problemOf } from "../evidence/failed.ts";

/** The daemon did not do as it was told. Only a warning, and from 2.4 to 2.21 not even that. */
const restricted =
  /^(?:warning: )?ignoring the (?:user|client)-specified setting '([^']+)', because it is a restricted setting/i;
const restrictedCache = /^(?:warning: )?ignoring untrusted substituter '([^']+)'/i;

/** Every version's way to say that it did not fetch a path because no key that it trusts has signed it. */
const notTrusted = [
  /^(?:warning: )?the substitute for '(?<path>[^']+)' from '(?<cache>[^']+)' is not signed by any/,
  /^(?:warning: )?ignoring substitute for '(?<path>[^']+)' from '(?<cache>[^']+)', as it's not signed by any/i,
  /^(?:warning: )?substituter '(?<cache>[^']+)' does not have a valid signature for path '(?<path>[^']+)'/,
];

const lacksSignature =
  /^(?:writing to file: )?cannot (?:add path|register realisation) '([^']+)' because it lacks a (?:valid )?signature/;

/** A store rejected a path that no key that it trusts has signed. */
export const unsignedPath: Explain = failed => {
  const found = errorsOf(failed)
    .map(({ text }) => lacksSignature.exec(innerWords(text)))
    .find(match => match !== null);
  if (found?.[1] === undefined) return undefined;
  return problemOf(
    "untrusted-signature",
    l10n.t(
      "{0} was rejected: it has no signature by a key that the target store trusts. Add the key of the machine that built it to 'trusted-public-keys', or your user to 'trusted-users', in the nix.conf there.",
      nameOfStorePath(found[1]),
    ),
    everythingSaid(failed),
  );
};

/**
 * Nobody builds or fetches a path because Nix did not listen: it ignored a setting, or what a cache has.
 *
 * @param name the derivation or path that there is nobody for; empty: it is not known.
 * @param settings those that could have helped: others are ignored again and again and mean nothing.
 */
export function ignored(failed: FailedBuild, name: string, settings: RegExp): Problem | undefined {
  const errors = errorsOf(failed);
  const setting = errors
    .map(({ text }) => restricted.exec(text)?.[1])
    .find(found => found !== undefined && settings.test(found));
  const cache = settings.test("substituters")
    ? errors.map(({ text }) => restrictedCache.exec(text)?.[1]).find(found => found !== undefined)
    : undefined;
  const what = name === "" ? l10n.t("the remaining derivations") : name;
  if (setting !== undefined || cache !== undefined)
    return problemOf(
      "untrusted-user",
      l10n.t(
        "Nix ignored {0}, because its daemon does not trust your user, so no builder or cache can provide {1}. Add your user to 'trusted-users' in the nix.conf of this machine and restart the daemon, or have the setting made there.",
        setting === undefined ? l10n.t("the binary cache {0}", cache ?? "") : l10n.t("the setting '{0}'", setting),
        what,
      ),
      everythingSaid(failed),
    );
  const unsigned = errors.map(unsignedIn).find(found => found !== undefined && nameOfStorePath(found.path) === name);
  if (unsigned === undefined) return undefined;
  return problemOf(
    "untrusted-signature",
    l10n.t(
      "{0} is in the cache {1}, but it is not signed by any of 'trusted-public-keys', so Nix did not fetch it, and no builder can build it. Add the key of that cache to 'trusted-public-keys'.",
      what,
      unsigned.cache,
    ),
    everythingSaid(failed),
  );
}

function unsignedIn({ text }: StreamError): { readonly path: string; readonly cache: string } | undefined {
  const groups = notTrusted.map(pattern => pattern.exec(text)?.groups).find(found => found !== undefined);
  return groups?.path === undefined || groups.cache === undefined
    ? undefined
    : { path: groups.path, cache: groups.cache };
}
