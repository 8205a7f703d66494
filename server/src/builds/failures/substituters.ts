import { t } from "@vscode/l10n";
import { nameOfStorePath } from "../storePath.ts";
import { everythingSaid } from "./detail.ts";
import { type Explain, problemOf } from "./failed.ts";
import { ignored } from "./trust.ts";

const nowhere = /path '([^']+)' is required, but there is no substituter that can build it/;
const unfetchedReference = /some references of path '([^']+)' could not be realised/;
const brokenDownload = /some substitutes for the outputs of derivation '([^']+)' failed/;

/** A path is in no cache, or it could not be fetched from there. */
export const notFetched: Explain = failed => {
  const found = (pattern: RegExp) =>
    failed.state.errors.map(({ text }) => pattern.exec(text)?.[1]).find(path => path !== undefined);
  const broken = found(brokenDownload);
  if (broken !== undefined)
    return problemOf(
      "download-failed",
      t(
        "{0} could not be fetched from the binary cache that has it. Build again; if the cache stays away, Nix builds it with 'fallback = true' in nix.conf.",
        nameOfStorePath(broken),
      ),
      everythingSaid(failed),
    );
  const path = found(nowhere) ?? found(unfetchedReference);
  if (path === undefined) return undefined;
  return (
    ignored(failed, nameOfStorePath(path), /substituters$|trusted-public-keys$|^require-sigs$/) ??
    problemOf(
      "no-substituter",
      t(
        "{0} is not in the store, no binary cache that Nix asks has it, and nothing tells how to build it. Check 'substituters', or copy it here from where it was built.",
        nameOfStorePath(path),
      ),
      everythingSaid(failed),
    )
  );
};
