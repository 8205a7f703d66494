import { t } from "@vscode/l10n";
import type { MachineSystem } from "../protocol.ts";
import type { Capability } from "./context.ts";

/** A machine's system in a word or two: `aarch64-linux`, `system not stated`. */
export function systemLabel(system: MachineSystem): string {
  if (system.value !== undefined) return system.value;
  if (system.origin === "unstated") return t("system not stated");
  return system.origin === "stated" || system.origin === "defaults"
    ? t("system not known")
    : t("system of {0}", system.origin);
}

/** Where the best builder for a system is, in a word or two; undefined while the builders are not known. */
export function placeLabel(capabilities: readonly Capability[] | undefined): string | undefined {
  if (capabilities === undefined) return undefined;
  const best = capabilities[0];
  if (best === undefined) return t("no builder");
  if (best.local) return best.mode === "emulated" ? t("emulated here") : t("here");
  return best.mode === "emulated" ? t("emulated on {0}", best.name) : t("on {0}", best.name);
}

/** How a builder builds for a system, for a list of builders. */
export function modeLabel(mode: Capability["mode"]): string {
  switch (mode) {
    case "native":
      return t("native");
    case "emulated":
      return t("emulated");
    case "compatible":
      return t("compatible");
    case "claimed":
      return t("as its configuration says");
    case "impossible":
      return t("cannot");
  }
}
