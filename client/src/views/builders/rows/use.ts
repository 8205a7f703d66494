import type { BuilderId, BuildSummary } from "../../../../../server/src/protocol.ts";
import { usesOf } from "../../../builders/state.ts";
import { useText } from "../../../builders/stateText.ts";
import { buildIcon } from "../../../builds/icons.ts";
import { spokenName } from "../../spoken.ts";
import type { BuildersRowKind, Row, RowContext } from "./row.ts";

/** One of our builds that uses a builder. A click opens its log. */
export interface UseRow extends Row {
  readonly kind: "use";
  readonly builder: BuilderId;
  /** The id of the build. */
  readonly id: string;
}

export function useRow({ key, top, builder }: Row & Pick<UseRow, "builder">, { id }: BuildSummary): UseRow {
  return { kind: "use", key: `${key} ${id}`, top, builder, id };
}

export const useKind: BuildersRowKind<UseRow> = {
  item(row, context) {
    const use = useOf(row, context);
    if (use === undefined) return undefined;
    const { id, machine } = use.build;
    const description = useText(use, context.l10n);
    return {
      id: row.key,
      label: machine,
      description,
      icon: buildIcon(use.build),
      below: "none",
      words: ["use"],
      click: { kind: "log", log: { id, name: machine } },
      spoken: spokenName(context.l10n.t("building"), machine, [description]),
    };
  },
};

function useOf({ builder, id }: UseRow, { builds }: RowContext) {
  return usesOf(builder, builds.unfinished).find(({ build }) => build.id === id);
}
