import * as l10n from "@vscode/l10n";
import { indicates } from "../../stream/clues.ts";
import { detailOf } from "../evidence/detail.ts";
import { innerMessage, isFromBuilder } from "../evidence/ending.ts";
import { type Explain, errorsOf, failingDerivation, placeOf, problemOf } from "../evidence/failed.ts";

/** The Nix of a builder accepts builds only from users that it trusts. */
export const untrustedThere: Explain = failed => {
  const failing = failingDerivation(failed);
  const place = failing === undefined ? undefined : placeOf(failed, failing);
  if (failing === undefined || place === undefined) return undefined;
  const lines = failing.derivation.tail.filter(line => line.trim() !== "");
  // The daemon of Nix 2.8 does not name the derivation. A rejected build has no log.
  const hasNotRun = lines.length === 0 && !isFromBuilder(failing.ending);
  const unnamed = hasNotRun ? errorsOf(failed).filter(({ drvPath }) => drvPath === undefined) : [];
  const isSaid = [...failing.errors, ...unnamed].some(({ text }) =>
    indicates(innerMessage(text).split("\n")[0] ?? "", "privilege"),
  );
  // With the older protocol, Nix's message is the only line of the log.
  if (!isSaid && !(lines.length === 1 && indicates(lines[0] ?? "", "privilege"))) return undefined;
  return problemOf(
    "untrusted-on-builder",
    l10n.t(
      "{0} could not be built: {1} does not trust the user that ssh logs in as. Add that user to 'trusted-users' in the nix.conf of {1} and restart its daemon.",
      failing.name,
      place,
    ),
    detailOf(failing),
  );
};
