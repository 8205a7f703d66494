import type { CacheState } from "../../../../../../server/src/protocol.ts";
import { cacheIcon } from "../../../../builds/icons.ts";
import { spokenName } from "../../../spoken.ts";
import type { BuildsRowKind, Row } from "../../row/row.ts";

/** A cache that did not answer. */
export interface CacheRow extends Row {
  readonly kind: "cache";
  readonly cache: CacheState;
}

export function cacheRow(parent: Row, cache: CacheState): CacheRow {
  return { kind: "cache", key: `${parent.key} ${cache.url}`, id: parent.id, cache, parent };
}

export const cacheKind: BuildsRowKind<CacheRow> = {
  item({ key, cache: { url, problem } }, { l10n }) {
    const label = url === "" ? (problem?.message ?? "") : l10n.t("{0} did not answer", url);
    return {
      id: key,
      label,
      description: url === "" ? "" : (problem?.message ?? ""),
      tooltip: problem?.detail ?? label,
      icon: cacheIcon,
      below: "none",
      words: ["cache"],
      spoken: spokenName("", label),
    };
  },
};
