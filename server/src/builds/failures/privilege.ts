import { t } from "@vscode/l10n";
import { tells } from "../clues.ts";
import { detailOf } from "./detail.ts";
import { innerWords } from "./ending.ts";
import { type Explain, failingDerivation, placeOf, problemOf } from "./failed.ts";

/** The Nix of a builder builds only what users whom it trusts send. */
export const untrustedThere: Explain = failed => {
  const failing = failingDerivation(failed);
  const place = failing === undefined ? undefined : placeOf(failed, failing);
  if (failing === undefined || place === undefined) return undefined;
  const isSaid = failing.errors.some(({ text }) => tells(innerWords(text).split("\n")[0] ?? "", "privilege"));
  // Over the older protocol Nix's words come as the only line of the log.
  const lines = failing.derivation.tail.filter(line => line.trim() !== "");
  if (!isSaid && !(lines.length === 1 && tells(lines[0] ?? "", "privilege"))) return undefined;
  return problemOf(
    "untrusted-on-builder",
    t(
      "{0} could not be built: {1} does not trust the user that ssh logs in as. Add that user to 'trusted-users' in the nix.conf of {1} and restart its daemon.",
      failing.name,
      place,
    ),
    detailOf(failing),
  );
};
