import { agoText } from "../../../server/src/common/lastResult.ts";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { Builder } from "../../../server/src/protocol.ts";
import { type BuilderState, type BuilderUse, systemsOf } from "./state.ts";

/** The name of a builder at the start of a text. */
export function builderName({ kind, name }: Builder, l10n: Localiser): string {
  return kind === "local" ? l10n.t("This machine") : name;
}

/** `unreachable`, `2 of 4 slots in use`, `refuses aarch64-linux`. Empty if there is nothing to say about this machine. */
export function stateText(state: BuilderState, { kind }: Builder, l10n: Localiser): string {
  switch (state.kind) {
    case "declared":
      return l10n.t("not in effect here");
    case "checking":
      return l10n.t("checking");
    case "building":
      return usedText(state.running, state.slots, l10n);
    case "unreachable":
      return l10n.t("unreachable");
    case "refuses":
      return state.more === 0
        ? l10n.t("refuses {0}", state.system)
        : l10n.t("refuses {0} and {1} more", state.system, state.more);
    case "problem":
      return l10n.t("has a problem");
    case "no slots":
      return kind === "local" ? l10n.t("local builds are off") : l10n.t("no slots");
    case "checked":
      return kind === "local" ? l10n.t("checked") : l10n.t("reachable");
    case "not checked":
      return l10n.t("not checked");
  }
}

/** `2 of 4 slots in use`. Without slots of its own, as of an external builder: `2 in use`. */
function usedText(running: number, slots: number, l10n: Localiser): string {
  return slots === 0 ? l10n.t("{0} in use", running) : l10n.t("{0} of {1} slots in use", running, slots);
}

/** When the state was found, if that is not now: `5 min ago`. `now` in ms. */
export function stateTime(state: BuilderState, now: number, l10n: Localiser): string | undefined {
  return "at" in state ? timeText(state.at, now, l10n) : undefined;
}

/** `5 min ago`; undefined if the time is not one. `now` in ms. */
export function timeText(at: string, now: number, l10n: Localiser): string | undefined {
  return agoText(now - Date.parse(at), l10n);
}

/** The systems that it may build for: `x86_64-linux, aarch64-linux (emulated)`. */
export function systemsText(builder: Builder, l10n: Localiser): string {
  const able = systemsOf(builder).filter(({ system }) => system.mode !== "impossible");
  return able
    .map(({ system: { system, mode } }) => (mode === "emulated" ? l10n.t("{0} (emulated)", system) : system))
    .join(", ");
}

/** `eiffel`, `eiffel · 3 derivations` */
export function useText({ running }: BuilderUse, l10n: Localiser): string {
  return running === 1 ? l10n.t("1 derivation") : l10n.t("{0} derivations", running);
}
