import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import type { NixAccess } from "../../../../../server/src/protocol.ts";
import type { Icon } from "../../../util/icon.ts";
import { spokenName } from "../../spoken.ts";
import type { BuildersRowKind, Row } from "./row.ts";

/** How Nix connects to builders, and whether its daemon accepts our builders. Above the builders if that limits what works. */
export interface AccessRow extends Row {
  readonly kind: "access";
}

/** @param parent the row of this machine; absent: it stands at the top. */
export function accessRow(parent?: Row): AccessRow {
  const key = parent === undefined ? "access" : `${parent.key} access`;
  return { kind: "access", key, top: parent?.top ?? key };
}

/** Whether it limits what works, or may. */
export function isLimited({ daemon, trusted }: NixAccess): boolean {
  return daemon && trusted !== true;
}

export const accessKind: BuildersRowKind<AccessRow> = {
  item({ key }, { store, l10n }) {
    const access = store.report?.access;
    if (access === undefined) return undefined;
    const { label, description, icon } = textOf(access, l10n);
    return {
      id: key,
      label,
      description,
      icon,
      below: "none",
      words: ["access"],
      tooltip: tooltipOf(access, l10n),
      spoken: spokenName("", label, [description]),
    };
  },
};

interface AccessText {
  readonly label: string;
  readonly description: string;
  readonly icon: Icon;
}

function textOf({ daemon, trusted }: NixAccess, l10n: Localiser): AccessText {
  if (!daemon)
    return { label: l10n.t("Connections"), description: l10n.t("opened as your user"), icon: { id: "person" } };
  if (trusted === false)
    return {
      label: l10n.t("Not trusted by Nix's daemon"),
      description: l10n.t("only its own builders work"),
      icon: { id: "warning", colour: "list.warningForeground" },
    };
  return {
    label: l10n.t("Nix's daemon"),
    description:
      trusted === true ? l10n.t("trusts you · connects as root") : l10n.t("may not trust you · connects as root"),
    icon: { id: trusted === true ? "shield" : "question" },
  };
}

function tooltipOf({ daemon, trusted }: NixAccess, l10n: Localiser): string {
  if (!daemon) return l10n.t("Nix opens connections to builders as your user, with your ssh configuration and keys.");
  const root = l10n.t(
    "Nix's daemon opens connections to builders as root: your ssh configuration, agent and known_hosts do not count.",
  );
  if (trusted === true) return root;
  const ignores = l10n.t(
    "It ignores builders from users that it does not trust: neither 'morph.builders' nor a build on a single builder works. A build in a builder's own store needs no trust here.",
  );
  const add = l10n.t("An administrator can add you to 'trusted-users' in /etc/nix/nix.conf.");
  const unknown = l10n.t("Nix does not say whether its daemon trusts you.");
  return [...(trusted === undefined ? [unknown] : []), ignores, root, add].join("\n\n");
}
