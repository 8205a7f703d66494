import { t } from "@vscode/l10n";
import type { Choice } from "../builders/choice.ts";
import type { MachineSystem } from "../protocol.ts";

/** A machine's system in a word or two: `aarch64-linux`, `system not stated`. */
export function systemLabel(system: MachineSystem): string {
  if (system.value !== undefined) return system.value;
  if (system.origin === "unstated") return t("system not stated");
  return system.origin === "stated" || system.origin === "defaults"
    ? t("system not known")
    : t("system of {0}", system.origin);
}

/** Where a machine is going to be built, in a word or two; undefined while the builders are not known. */
export function placeLabel(choice: Choice | undefined): string | undefined {
  if (choice === undefined) return undefined;
  if (!choice.isComplete) return t("no builder");
  const best = choice.builders.find(({ capability }) => capability.can);
  if (best === undefined) return t("on several builders");
  const { builder, capability } = best;
  if (builder.kind === "local") return capability.mode === "emulated" ? t("emulated here") : t("here");
  return capability.mode === "emulated" ? t("emulated on {0}", builder.name) : t("on {0}", builder.name);
}
