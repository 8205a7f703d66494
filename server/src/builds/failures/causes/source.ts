import * as l10n from "@vscode/l10n";
import { detailOf } from "../evidence/detail.ts";
import { type Explain, failingDerivation, problemOf } from "../evidence/failed.ts";
import { clueIn, quote } from "../evidence/guess.ts";

/** The exit code of the fetchers of nixpkgs and Nix when a download fails. */
const failedDownload = 1;

/** A derivation could not download its source. */
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
        "{0} could not be downloaded: its server no longer has it ({1}). Update its address, or add it to the store manually (nix-prefetch-url, nix-store --add-fixed).",
        name,
        quote(withoutPrefix(gone)),
      ),
      detailOf(failing),
    );
  if (unreachable === undefined) return undefined;
  return problemOf(
    "source-unreachable",
    l10n.t(
      "{0} could not be downloaded: its server cannot be reached ({1}). Check the network and its proxy, then build again.",
      name,
      quote(withoutPrefix(unreachable)),
    ),
    detailOf(failing),
  );
};

function withoutPrefix(line: string): string {
  return line.replace(/^error: /, "");
}
