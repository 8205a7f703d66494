import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import type { GroupName } from "../../../builds/arrangement/arrangement.ts";
import { groupIcons } from "../../../builds/icons.ts";
import { spokenName } from "../../spoken.ts";
import type { BuildsRowKind, Row } from "../row/row.ts";

/** A group of pending or finished derivations, which are below it (`branch.ts`). */
export interface GroupRow extends Row {
  readonly kind: "group";
  readonly name: GroupName;
}

export function groupRow(parent: Row, name: GroupName): GroupRow {
  return { kind: "group", key: `${parent.key} ${name}`, id: parent.id, name, parent };
}

export const groupKind: BuildsRowKind<GroupRow> = {
  item({ key, id, name }, { arrangements, l10n }) {
    const label = labelOf(name, l10n);
    const group = arrangements.shown(id).groups.find(each => each.name === name);
    const description = String(group?.size ?? 0);
    return {
      id: key,
      label,
      description,
      icon: groupIcons[name],
      below: "closed",
      words: ["group"],
      spoken: spokenName(label, description),
    };
  },
};

function labelOf(name: GroupName, l10n: Localiser): string {
  return name === "waiting" ? l10n.t("Not started") : l10n.t("Done");
}
