import * as l10n from "@vscode/l10n";
import { detailOf } from "../evidence/detail.ts";
import { type Explain, failingDerivation, problemOf } from "../evidence/failed.ts";
import { clueIn, quote } from "../evidence/guess.ts";

/** What the fetchers of nixpkgs and of Nix exit with when a download fails. */
const failedDownload = 1;

/** A derivation that fetches a source did not get it. */
export const lostSource: Explain = failed => {
  const failing = failingDerivation(failed);
  if (failing === undefined || failing.ending.kind !== "exit" || failing.ending.code !== failedDownload)
    return undefined;
  const gone = clueIn(failing, "gone");
  const unreachable = clueIn(failing, "unreachable");
  const { name } = failing;
  if (gone !== undefined)
    return problemOf(
      "source-gone",
      l10n.t(
        "{0} could not be downloaded: its server does not have it any more ({1}). Update its address, or copy it into the store by hand (nix-prefetch-url, nix-store --add-fixed).",
        name,
        quote(withoutMark(gone)),
      ),
      detailOf(failing),
    );
  if (unreachable === undefined) return undefined;
  return problemOf(
    "source-unreachable",
    l10n.t(
      "{0} could not be downloaded: its server cannot be reached ({1}). Check the network and its proxy, then build again.",
      name,
      quote(withoutMark(unreachable)),
    ),
    detailOf(failing),
  );
};

function withoutMark(line: string): string {
  return line.replace(/^error: /, "");
}
