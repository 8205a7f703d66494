import * as l10n from "@vscode/l10n";
import { roughBytesText } from "../../common/bytes.ts";
import type { Plan, Problem } from "../../protocol.ts";
import type { FilledFolder } from "../../records/format/space.ts";

/** A folder that a build fills, with what is known of its room. */
export interface BuildFolder extends FilledFolder {
  /** Free for us now (bytes). */
  readonly free: number;
  /** By how much earlier builds of the same made it less (bytes). */
  readonly taken: readonly number[];
}

/**
 * Whether a build may run out of disk: what is to be fetched and what similar builds took is more than there is. It is no more
 * than a warning, as Nix may collect garbage by itself (`min-free`), and whatever else ran then was counted, too.
 */
export function shortOfSpace({ unpackedBytes = 0 }: Plan, folders: readonly BuildFolder[]): Problem | undefined {
  const told = folders.flatMap(({ use, path, free, taken }) => {
    const fetched = use === "store" ? unpackedBytes : 0;
    const usual = Math.max(0, ...taken);
    if (Math.max(fetched, usual) <= free) return [];
    return usual > fetched
      ? l10n.t(
          "{0} has {1} left; earlier builds of this took up to {2}.",
          path,
          roughBytesText(free, l10n),
          roughBytesText(usual, l10n),
        )
      : l10n.t(
          "{0} has {1} left; what is to be fetched takes {2}.",
          path,
          roughBytesText(free, l10n),
          roughBytesText(fetched, l10n),
        );
  });
  if (told.length === 0) return undefined;
  const advice = l10n.t("Make room (nix-collect-garbage) if Nix does not do so by itself.");
  return { code: "short-of-space", severity: "warning", message: [...told, advice].join(" ") };
}
