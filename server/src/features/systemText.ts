import * as l10n from "@vscode/l10n";
import type { Choice } from "../builders/choice.ts";
import type { Builder, MachineSystem, Place } from "../protocol.ts";

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
  const { place, builders, isComplete } = choice;
  if (place.kind === "hydra") return l10n.t("on Hydra");
  if (!isComplete) return place.kind === "only" ? l10n.t("not on {0}", nameAt(choice)) : l10n.t("no builder");
  const best = builders.find(({ builder, capability }) => capability.can && isAt(builder, place));
  if (best === undefined) return l10n.t("on several builders");
  const { builder, capability } = best;
  if (capability.mode !== "emulated") return builder.kind === "local" ? l10n.t("here") : l10n.t("on {0}", builder.name);
  const label = builder.kind === "local" ? l10n.t("emulated here") : l10n.t("emulated on {0}", builder.name);
  const native = choice.caveats.find(({ kind }) => kind === "emulation-preferred")?.native;
  if (native === undefined) return label;
  return native.kind === "local"
    ? l10n.t("{0}, not natively here", label)
    : l10n.t("{0}, not natively on {1}", label, native.name);
}

function isAt({ id }: Builder, place: Place): boolean {
  return place.kind !== "only" || place.builder === id;
}

/** The name of the builder that a setting names for a machine. */
function nameAt({ place, builders }: Choice): string {
  const id = place.kind === "only" ? place.builder : "";
  const builder = builders.find(each => each.builder.id === id)?.builder;
  return builder?.kind === "local" ? l10n.t("this machine") : (builder?.name ?? id);
}
