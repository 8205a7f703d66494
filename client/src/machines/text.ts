import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { Machine, MachineSystem, Network } from "../../../server/src/protocol.ts";

/** `aarch64-linux`, `not set`, `x86_64-linux · overridden`. The most important part comes first: a narrow side bar cuts the rest. */
export function machineDescription({ system, buildSystem, buildOnly }: Machine, l10n: Localiser): string {
  return [
    systemName(system, l10n),
    ...(system.origin !== "evaluated" ? [] : [system.stale === true ? l10n.t("outdated") : l10n.t("evaluated")]),
    ...(buildSystem?.value === undefined ? [] : [l10n.t("built on {0}", buildSystem.value)]),
    ...(system.overridden === undefined ? [] : [l10n.t("overridden")]),
    ...(buildOnly === true ? [l10n.t("build only")] : []),
  ].join(" · ");
}

/** A machine's system, or why it is unknown. */
export function systemName({ value, origin }: MachineSystem, l10n: Localiser): string {
  if (value !== undefined) return value;
  if (origin === "unstated") return l10n.t("not set");
  return origin === "stated" || origin === "defaults" ? l10n.t("system unknown") : l10n.t("system of {0}", origin);
}

/** `home · 3 machines`; `3+ machines` if not all names are known without evaluating. */
export function networkDescription({ description, machines, complete }: Network, l10n: Localiser): string {
  return [...(description === undefined ? [] : [description]), machineCount(machines.length, complete, l10n)].join(
    " · ",
  );
}

/** `3 machines`; `3+ machines` if there may be more. */
export function machineCount(count: number, isComplete: boolean, l10n: Localiser): string {
  if (!isComplete) return l10n.t("{0}+ machines", count);
  return count === 1 ? l10n.t("1 machine") : l10n.t("{0} machines", count);
}
