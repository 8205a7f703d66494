import * as l10n from "@vscode/l10n";
import type { Problem } from "../../../protocol.ts";
import { detailOf } from "../evidence/detail.ts";
import { type Explain, type FailingDerivation, failingDerivation, problemOf } from "../evidence/failed.ts";
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
    return withAddress(
      failing,
      gone,
      problemOf(
        "source-gone",
        l10n.t(
          "{0} could not be downloaded: its server no longer has it ({1}). Update its address, or add it to the store manually (nix-prefetch-url, nix-store --add-fixed).",
          name,
          quote(withoutPrefix(gone)),
        ),
        detailOf(failing),
      ),
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

/** Longer addresses are not looked for in the workspace (UTF-16 units). */
const maxAddress = 2000;

/** Where the log names the address: in the line itself, or as the last one that nixpkgs' fetchurl tried. */
const named = /\b(?:unable to download|repository) '([^']+)'/;
const tried = /^\s*trying (\S+)$/;

/** Adds the address of the source. It comes from the log, so it is only searched for in the workspace, as a whole. */
function withAddress({ derivation: { tail } }: FailingDerivation, line: string, problem: Problem): Problem {
  const last = tail.map(each => tried.exec(each)?.[1]).findLast(each => each !== undefined);
  const url = named.exec(line)?.[1] ?? last;
  if (url === undefined || url.length > maxAddress || !/^\w+:\/\//.test(url)) return problem;
  return { ...problem, about: { kind: "url", url } };
}
