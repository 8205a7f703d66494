import { isDeclared } from "../../../builders/state.ts";
import { spokenName } from "../../spoken.ts";
import { type BuilderRow, builderRows } from "./builder.ts";
import type { BuildersRowKind, Row, RowContext } from "./row.ts";

/** The builders that files of the workspace only declare. */
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
    const { isPartial } = context.store;
    const label = l10n.t("Declared");
    const count = length === 1 ? l10n.t("1 builder") : l10n.t("{0} builders", length);
    const details = [l10n.t("not in effect here"), count, ...(isPartial ? [l10n.t("not all files were read")] : [])];
    return {
      id: key,
      label,
      description: details.join(" · "),
      icon: { id: "file-code", colour: "disabledForeground" },
      below: "closed",
      words: ["declared"],
      tooltip: [
        l10n.t(
          "Files of this workspace declare these builders: 'nix.buildMachines', 'boot.binfmt.emulatedSystems', or a network's 'nixConfig'. Nix on this machine does not use them.",
        ),
        ...(isPartial ? [l10n.t("There are too many files to read all of them: some builders may be missing.")] : []),
      ].join("\n\n"),
      spoken: spokenName("", label, details),
    };
  },

  children(row, context) {
    return builderRows(declaredIn(context), row);
  },
};

function declaredIn({ store }: RowContext) {
  return store.builders.filter(isDeclared);
}
