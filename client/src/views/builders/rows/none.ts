import { commandIds } from "../../../manifest.ts";
import type { Click } from "../../rowItem.ts";
import { spokenName } from "../../spoken.ts";
import type { BuildersRowKind, Row, RowContext } from "./row.ts";

/** There is no remote builder, or Nix was not asked for its builders: why, and what to do. */
export interface NoneRow extends Row {
  readonly kind: "none";
}

export function noneRow(): NoneRow {
  return { kind: "none", key: "none", top: "none" };
}

interface Text {
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly click?: Click;
}

export const noneKind: BuildersRowKind<NoneRow> = {
  item({ key }, context) {
    const { label, description, tooltip, click } = textOf(context);
    return {
      id: key,
      label,
      description,
      icon: { id: "info" },
      below: "none",
      words: ["none"],
      ...(click !== undefined && { click }),
      tooltip,
      spoken: spokenName("", label, [description]),
    };
  },
};

function textOf({ store, isTrusted, l10n }: RowContext): Text {
  if (store.report?.nix !== undefined)
    return {
      label: l10n.t("No remote builder"),
      description: l10n.t("set one up..."),
      tooltip: l10n.t(
        "Everything is built on this machine. A remote builder builds for systems that this machine does not run, or faster. Set up a build machine, or add a machine line to Nix's 'builders' or to the setting morph.builders.",
      ),
      click: { kind: "selection", title: l10n.t("Set Up a Build Machine..."), id: commandIds.setUpBuildMachine },
    };
  const tooltip = l10n.t("The builders that Nix uses are not known.");
  if (!isTrusted()) {
    const title = l10n.t("Manage Workspace Trust");
    const click = { kind: "selection", title, id: "workbench.trust.manage" } as const;
    return { label: l10n.t("Nix is not asked"), description: l10n.t("the workspace is not trusted"), tooltip, click };
  }
  const label = store.report === undefined ? l10n.t("Nix has not answered yet") : l10n.t("Nix was not found");
  return { label, description: "", tooltip };
}
