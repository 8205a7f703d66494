import { isDeclared } from "../../../builders/state.ts";
import { spokenName } from "../../spoken.ts";
import { type BuilderRow, builderRows } from "./builder.ts";
import type { BuildersRowKind, Row, RowContext } from "./row.ts";

/** The builders that only NixOS modules of the workspace declare. */
export interface DeclaredRow extends Row {
  readonly kind: "declared";
}

export function declaredRow(): DeclaredRow {
  return { kind: "declared", key: "declared", top: "declared" };
}

export const declaredKind: BuildersRowKind<DeclaredRow, BuilderRow> = {
  item({ key }, context) {
    const { l10n } = context;
    const { length } = declaredIn(context);
    if (length === 0) return undefined;
    const label = l10n.t("Declared, not in effect here");
    const count = length === 1 ? l10n.t("1 builder") : l10n.t("{0} builders", length);
    return {
      id: key,
      label,
      description: count,
      icon: { id: "file-code", colour: "disabledForeground" },
      below: "closed",
      words: ["declared"],
      tooltip: l10n.t(
        "NixOS modules of this workspace declare these builders ('nix.buildMachines'). Nix on this machine does not use them: they take effect on the machines that the modules are deployed to.",
      ),
      spoken: spokenName("", label, [count]),
    };
  },

  children(row, context) {
    return builderRows(declaredIn(context), row);
  },
};

function declaredIn({ store }: RowContext) {
  return store.builders.filter(isDeclared);
}
