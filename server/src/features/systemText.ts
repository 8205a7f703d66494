import * as l10n from "@vscode/l10n";
import type { Choice } from "../builders/choice.ts";
import type { MachineSystem } from "../protocol.ts";

/** A short label for a machine's system: `aarch64-linux`, `system not set`. */
export function systemLabel(system: MachineSystem): string {
  if (system.value !== undefined) return system.value;
  if (system.origin === "unstated") return l10n.t("system not set");
  return system.origin === "stated" || system.origin === "defaults"
    ? l10n.t("system unknown")
    : l10n.t("system of {0}", system.origin);
}

/** A short label for where a machine will be built; undefined while the builders are unknown. */
export function placeLabel(choice: Choice | undefined): string | undefined {
  if (choice === undefined) return undefined;
  if (!choice.isComplete) return l10n.t("no builder");
  const best = choice.builders.find(({ capability }) => capability.can);
  if (best === undefined) return l10n.t("on several builders");
  const { builder, capability } = best;
  if (builder.kind === "local") return capability.mode === "emulated" ? l10n.t("emulated here") : l10n.t("here");
  return capability.mode === "emulated" ? l10n.t("emulated on {0}", builder.name) : l10n.t("on {0}", builder.name);
}
