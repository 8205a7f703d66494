import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import { escapeMarkdown, inlineCode } from "../../../../../server/src/common/markdown.ts";
import type { Machine, MachineSystem } from "../../../../../server/src/protocol.ts";
import { machineDescription, systemName } from "../../../machines/text.ts";
import { commandIds, itemWords } from "../../../manifest.ts";
import { factsMarkdown } from "../../../text/facts.ts";
import type { Icon } from "../../../util/icon.ts";
import { spokenName } from "../../spoken.ts";
import type { MachinesRowKind, Row } from "./row.ts";

/** A machine of a network file. A click goes to its definition. */
export interface MachineRow extends Row {
  readonly kind: "machine";
  /** The machine's name. */
  readonly machine: string;
}

export function machineRow({ uri }: Row, machine: string): MachineRow {
  return { kind: "machine", uri, machine };
}

export const machineKind: MachinesRowKind<MachineRow> = {
  /** Without an id: two machines may have the same name, and VS Code distinguishes them by position. */
  item(row, { store, l10n }) {
    const machine = store.machine(row.uri, row.machine);
    if (machine === undefined) return undefined;
    const { name } = machine;
    const description = machineDescription(machine, l10n);
    return {
      label: name,
      description,
      tooltip: { markdown: machineTooltip(machine, l10n) },
      icon: iconOf(machine),
      below: "none",
      words: [itemWords.machine, itemWords.reveal],
      click: {
        kind: "command",
        title: l10n.t("Go to Machine Definition"),
        id: commandIds.revealMachine,
        argument: row,
      },
      spoken: spokenName("", name, [description]),
    };
  },
};

function iconOf({ system }: Machine): Icon {
  if (system.overridden !== undefined) return { id: "warning", colour: "list.warningForeground" };
  // Outdated results are dimmed.
  if (system.stale === true) return { id: "server", colour: "disabledForeground" };
  return { id: system.value === undefined ? "question" : "server" };
}

/** All details of a machine, as Markdown. */
export function machineTooltip(machine: Machine, l10n: Localiser): string {
  const { system, buildSystem, tags, targetHost, targetUser, targetPort } = machine;
  const user = targetUser === undefined ? "" : `${targetUser}@`;
  const port = targetPort === undefined ? "" : `:${targetPort}`;
  return factsMarkdown(`**${escapeMarkdown(machine.name)}**`, [
    [l10n.t("System"), escapeMarkdown(systemName(system, l10n))],
    [l10n.t("Set by"), originText(system, l10n)],
    [l10n.t("Ineffective value"), system.overridden === undefined ? undefined : inlineCode(system.overridden.value)],
    [l10n.t("Built on"), buildSystem?.value === undefined ? undefined : escapeMarkdown(buildSystem.value)],
    [l10n.t("Target"), targetHost === undefined ? undefined : inlineCode(`${user}${targetHost}${port}`)],
    [l10n.t("Tags"), tags === undefined || tags.length === 0 ? undefined : escapeMarkdown(tags.join(", "))],
  ]);
}

function originText({ value, origin, location, stale }: MachineSystem, l10n: Localiser): string | undefined {
  switch (origin) {
    case "stated":
      return value === undefined && location === undefined ? undefined : l10n.t("the machine");
    case "defaults":
      return l10n.t("the network's {0}", inlineCode("defaults"));
    case "network.pkgs":
    case "nixpkgs.pkgs":
      return inlineCode(origin);
    case "evaluated":
      return stale === true ? l10n.t("evaluation (outdated: the text has changed)") : l10n.t("evaluation");
    case "unstated":
      return undefined;
  }
}
