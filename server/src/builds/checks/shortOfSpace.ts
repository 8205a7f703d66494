import * as l10n from "@vscode/l10n";
import { roughBytesText } from "../../common/bytes.ts";
import type { Plan, Problem } from "../../protocol.ts";
import type { FilledFolder } from "../../records/format/space.ts";

/** A folder that a build fills, with its disk space. */
export interface BuildFolder extends FilledFolder {
  /** Currently free for us (bytes). */
  readonly free: number;
  /** How much earlier builds of the same output reduced it (bytes). */
  readonly taken: readonly number[];
}

/**
 * Warns if a build may run out of disk space: the expected downloads, or what similar builds used, exceed the free space. This is
 * only a warning, because Nix may collect garbage on its own (`min-free`), and the measurements include other programs.
 */
export function shortOfSpace({ unpackedBytes = 0 }: Plan, folders: readonly BuildFolder[]): Problem | undefined {
  const sentences = folders.flatMap(({ use, path, free, taken }) => {
    const fetched = use === "store" ? unpackedBytes : 0;
    const usual = Math.max(0, ...taken);
    if (Math.max(fetched, usual) <= free) return [];
    return usual > fetched
      ? l10n.t(
          "{0} has {1} free; earlier builds of this machine used up to {2}.",
          path,
          roughBytesText(free, l10n),
          roughBytesText(usual, l10n),
        )
      : l10n.t(
          "{0} has {1} free; the downloads need {2}.",
          path,
          roughBytesText(free, l10n),
          roughBytesText(fetched, l10n),
        );
  });
  if (sentences.length === 0) return undefined;
  const advice = l10n.t("Free disk space (nix-collect-garbage) if Nix does not do so automatically.");
  return { code: "short-of-space", severity: "warning", message: [...sentences, advice].join(" ") };
}
