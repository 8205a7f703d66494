import * as l10n from "@vscode/l10n";
import { nameOfStorePath } from "../../../common/storePath.ts";
import type { Problem } from "../../../protocol.ts";
import type { StreamError } from "../../stream/eventState.ts";
import { allOutput } from "../evidence/detail.ts";
import { innerMessage } from "../evidence/ending.ts";
import { type Explain, errorsOf, type FailedBuild, problemOf } from "../evidence/failed.ts";

/** The daemon ignored a setting. Only a warning; 2.4 to 2.21 print nothing. */
const restricted =
  /^(?:warning: )?ignoring the (?:user|client)-specified setting '([^']+)', because it is a restricted setting/i;
const restrictedCache = /^(?:warning: )?ignoring untrusted substituter '([^']+)'/i;

/** How each version reports that it did not fetch a path because no trusted key has signed it. */
const notTrusted = [
  /^(?:warning: )?the substitute for '(?<path>[^']+)' from '(?<cache>[^']+)' is not signed by any/,
  /^(?:warning: )?ignoring substitute for '(?<path>[^']+)' from '(?<cache>[^']+)', as it's not signed by any/i,
  /^(?:warning: )?substituter '(?<cache>[^']+)' does not have a valid signature for path '(?<path>[^']+)'/,
];

const lacksSignature =
  /^(?:writing to file: )?cannot (?:add path|register realisation) '([^']+)' because it lacks a (?:valid )?signature/;

/** A store rejected a path that no trusted key has signed. */
export const unsignedPath: Explain = failed => {
  const found = errorsOf(failed)
    .map(({ text }) => lacksSignature.exec(innerMessage(text)))
    .find(match => match !== null);
  if (found?.[1] === undefined) return undefined;
  return problemOf(
    "untrusted-signature",
    l10n.t(
      "{0} was rejected: no signature from a key that the target store trusts. Add the key of the machine that built it to 'trusted-public-keys', or your user to 'trusted-users', in the nix.conf there.",
      nameOfStorePath(found[1]),
    ),
    allOutput(failed),
  );
};

/**
 * No builder or cache provides a path because Nix ignored a setting or a cache.
 *
 * @param name the derivation or path that cannot be provided; empty: unknown.
 * @param settings those that could have helped: Nix ignores others all the time, which has no significance.
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
        "Nix ignored {0}, because its daemon does not trust your user, so no builder or cache can provide {1}. Add your user to 'trusted-users' in the nix.conf of this machine and restart the daemon, or have the setting added there.",
        setting === undefined ? l10n.t("the binary cache {0}", cache ?? "") : l10n.t("the setting '{0}'", setting),
        what,
      ),
      allOutput(failed),
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
    allOutput(failed),
  );
}

/** The path that Nix did not fetch from a cache because no trusted key has signed it. */
export function unsignedIn({ text }: StreamError): { readonly path: string; readonly cache: string } | undefined {
  const groups = notTrusted.map(pattern => pattern.exec(text)?.groups).find(found => found !== undefined);
  return groups?.path === undefined || groups.cache === undefined
    ? undefined
    : { path: groups.path, cache: groups.cache };
}
