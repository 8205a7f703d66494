import * as l10n from "@vscode/l10n";
import { nameOfStorePath } from "../../../common/storePath.ts";
import { allOutput } from "../evidence/detail.ts";
import { innerMessage } from "../evidence/ending.ts";
import { type Explain, errorsOf, problemOf } from "../evidence/failed.ts";
import { ignored } from "./untrusted.ts";

const nowhere = /^path '([^']+)' is required, but there is no substituter that can build it/;
const unfetchedReference = /^some references of path '([^']+)' could not be realised/;
const brokenDownload = /^some substitutes for the outputs of derivation '([^']+)' failed/;

/** A path is not in any cache, or could not be fetched from one. */
export const notFetched: Explain = failed => {
  const found = (pattern: RegExp) =>
    errorsOf(failed)
      .map(({ text }) => pattern.exec(innerMessage(text))?.[1])
      .find(path => path !== undefined);
  const broken = found(brokenDownload);
  if (broken !== undefined)
    return problemOf(
      "download-failed",
      l10n.t(
        "{0} could not be fetched from the binary cache that has it. Build again; if the cache stays unavailable, set 'fallback = true' in nix.conf to build it instead.",
        nameOfStorePath(broken),
      ),
      allOutput(failed),
    );
  const path = found(nowhere) ?? found(unfetchedReference);
  if (path === undefined) return undefined;
  return (
    ignored(failed, nameOfStorePath(path), /substituters$|trusted-public-keys$|^require-sigs$/) ??
    problemOf(
      "no-substituter",
      l10n.t(
        "{0} is not in the store, none of Nix's binary caches has it, and there is no derivation to build it from. Check 'substituters', or copy it here from the machine that built it.",
        nameOfStorePath(path),
      ),
      allOutput(failed),
    )
  );
};
