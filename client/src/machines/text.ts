import type { Machine, MachineSystem, Network } from "../../../server/src/protocol.ts";
import type { Localiser } from "../localiser.ts";
import { escapeMarkdown, factsMarkdown, inlineCode } from "../text/markdown.ts";

/** `aarch64-linux`, `unstated`, `x86_64-linux · overridden`. What matters comes first: a narrow side bar cuts the rest. */
export function machineDescription({ system, buildSystem, buildOnly }: Machine, l10n: Localiser): string {
  return [
    systemName(system, l10n),
    ...(system.origin !== "evaluated" ? [] : [system.stale === true ? l10n.t("outdated") : l10n.t("evaluated")]),
    ...(buildSystem?.value === undefined ? [] : [l10n.t("built on {0}", buildSystem.value)]),
    ...(system.overridden === undefined ? [] : [l10n.t("overridden")]),
    ...(buildOnly === true ? [l10n.t("build only")] : []),
  ].join(" · ");
}

function systemName({ value, origin }: MachineSystem, l10n: Localiser): string {
  if (value !== undefined) return value;
  if (origin === "unstated") return l10n.t("unstated");
  return origin === "stated" || origin === "defaults" ? l10n.t("system not known") : l10n.t("system of {0}", origin);
}

/** The whole of what is known about a machine, as Markdown. */
export function machineTooltip(machine: Machine, l10n: Localiser): string {
  const { system, buildSystem, tags, targetHost, targetUser, targetPort } = machine;
  const user = targetUser === undefined ? "" : `${targetUser}@`;
  const port = targetPort === undefined ? "" : `:${targetPort}`;
  return factsMarkdown(`**${escapeMarkdown(machine.name)}**`, [
    [l10n.t("System"), escapeMarkdown(systemName(system, l10n))],
    [l10n.t("Stated by"), originText(system, l10n)],
    [l10n.t("Without effect"), system.overridden === undefined ? undefined : inlineCode(system.overridden.value)],
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
      return stale === true ? l10n.t("evaluation; the text has changed since") : l10n.t("evaluation");
    case "unstated":
      return undefined;
  }
}

/** `home · 3 machines`; `3+ machines` when not all names are known without evaluating. */
export function networkDescription({ description, machines, complete }: Network, l10n: Localiser): string {
  return [...(description === undefined ? [] : [description]), machineCount(machines.length, complete, l10n)].join(
    " · ",
  );
}

function machineCount(count: number, isComplete: boolean, l10n: Localiser): string {
  if (!isComplete) return l10n.t("{0}+ machines", count);
  return count === 1 ? l10n.t("1 machine") : l10n.t("{0} machines", count);
}

/** What a network's row says when the mouse rests on it, as Markdown. */
export function networkTooltip(network: Network, path: string, l10n: Localiser): string {
  const { description, machines, complete } = network;
  const problems = network.problems.map(({ message }) => escapeMarkdown(message)).join("  \n");
  return factsMarkdown(`**${escapeMarkdown(path)}**`, [
    [l10n.t("Description"), description === undefined ? undefined : escapeMarkdown(description)],
    [l10n.t("Machines"), complete ? String(machines.length) : l10n.t("{0}, more when evaluated", machines.length)],
    [l10n.t("Problems"), problems === "" ? undefined : problems],
  ]);
}
