import { signatureIcons } from "../../../../builds/icons.ts";
import { type SignatureGroup, signatureStatusText, verdictOf } from "../../../../builds/signatures.ts";
import { spokenName } from "../../../spoken.ts";
import type { BuildsRowKind, Row } from "../../row/row.ts";
import { type PathRow, pathRow } from "./path.ts";

/** A signature status, with the paths that have it below. */
export interface SignatureGroupRow extends Row {
  readonly kind: "signatureGroup";
  readonly group: SignatureGroup;
}

export function signatureGroupRow(parent: Row, group: SignatureGroup): SignatureGroupRow {
  return { kind: "signatureGroup", key: `${parent.key} ${group.status}`, id: parent.id, group, parent };
}

export const signatureGroupKind: BuildsRowKind<SignatureGroupRow, PathRow> = {
  item({ key, group }, { l10n }) {
    const label = signatureStatusText(group.status, l10n);
    const description = String(group.paths.length);
    return {
      id: key,
      label,
      description,
      icon: signatureIcons[verdictOf(group.status)],
      below: "closed",
      words: ["signatureGroup"],
      spoken: spokenName(label, description),
    };
  },

  children: row => row.group.paths.map(path => pathRow(row, path)),
};
