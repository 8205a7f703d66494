import { spokenName } from "../../spoken.ts";
import type { BuildersRowKind, Row } from "./row.ts";

/** Nix has no remote builder: a hint how to get one. */
export interface NoneRow extends Row {
  readonly kind: "none";
}

export function noneRow(): NoneRow {
  return { kind: "none", key: "none", top: "none" };
}

export const noneKind: BuildersRowKind<NoneRow> = {
  item({ key }, { l10n }) {
    const label = l10n.t("No remote builder");
    const description = l10n.t("add one to Nix's 'builders'");
    return {
      id: key,
      label,
      description,
      icon: { id: "info" },
      below: "none",
      words: ["none"],
      tooltip: l10n.t(
        "Everything is built on this machine. A remote builder builds for systems that this machine does not run, or faster.",
      ),
      spoken: spokenName("", label, [description]),
    };
  },
};
