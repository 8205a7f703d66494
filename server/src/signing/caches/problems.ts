import * as l10n from "@vscode/l10n";
import { errorProblem } from "../../outcome.ts";
import type { Problem } from "../../protocol.ts";

// Why paths could not be looked up in a cache. `cache`: its URL without secrets.

/** It does not respond, or fails. */
export function unreachable(cache: string, why: string): Problem {
  return errorProblem(
    "cache-unreachable",
    l10n.t("The binary cache {0} does not respond. Its paths could not be checked.", cache),
    why,
  );
}

/** It was given up after the first answers. */
export function gaveUp(cache: string, why: string, unanswered: number): Problem {
  return errorProblem(
    "cache-unreachable",
    l10n.t("The binary cache {0} stopped responding. {1} paths could not be checked.", cache, unanswered),
    why,
  );
}

export function needsLogin(cache: string, why: string): Problem {
  return errorProblem(
    "cache-login",
    l10n.t(
      "The binary cache {0} requires a login. Add its user name and password to the file in Nix's setting netrc-file.",
      cache,
    ),
    why,
  );
}

export function cancelled(cache: string): Problem {
  return errorProblem(
    "not-checked",
    l10n.t("The check was cancelled before every path was looked up in the binary cache {0}.", cache),
  );
}

export function noCache(cache: string): Problem {
  return errorProblem("cache-unreachable", l10n.t("{0} is not a binary cache: it has no nix-cache-info.", cache));
}

/** Nix refuses a cache of another store directory. */
export function otherStoreDir(cache: string, storeDir: string, ours: string): Problem {
  return errorProblem(
    "cache-store-dir",
    l10n.t("The binary cache {0} contains paths of {1}. Nix does not use it for {2}.", cache, storeDir, ours),
  );
}

export function unsupported(cache: string): Problem {
  return errorProblem("cache-unsupported", l10n.t("'{0}' is not the URL of a binary cache or store.", cache));
}

/** Nix, through which a store is queried, fails. */
export function nixFailed(cache: string, why: string): Problem {
  return errorProblem(
    "cache-unreachable",
    l10n.t("Nix could not query {0}. Its paths could not be checked.", cache),
    why,
  );
}
