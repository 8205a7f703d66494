import type { Builder, BuilderSystem } from "../../../server/src/protocol.ts";
import type { Icon } from "../util/icon.ts";
import { type BuilderState, isFresh } from "./state.ts";

const passed = "testing.iconPassed";
const [warning, failed]: readonly [Icon, Icon] = [
  { id: "warning", colour: "list.warningForeground" },
  { id: "error", colour: "testing.iconFailed" },
];

export const problemIcons = { error: failed, warning, info: { id: "info" } } as const satisfies Record<string, Icon>;

/** The icon of a builder: green only if a recent check found nothing wrong. `now` in ms. */
export function builderIcon({ kind }: Builder, state: BuilderState, now: number): Icon {
  const own = kind === "local" ? "device-desktop" : "server";
  switch (state.kind) {
    case "declared":
      return { id: own, colour: "disabledForeground" };
    case "checking":
      return { id: "loading~spin" };
    case "building":
      return { id: own, colour: "charts.blue" };
    case "unreachable":
      return failed;
    case "refuses":
    case "problem":
      return warning;
    case "no slots":
      return kind === "local" ? { id: own } : warning;
    case "checked":
      return isFresh(state.at, now) ? { id: own, colour: passed } : { id: own };
    case "not checked":
      return { id: own };
  }
}

/** The icon of a system: its shape says how the builder builds for it, green that this is proven. */
export function systemIcon({ mode, known, refusal }: BuilderSystem): Icon {
  if (refusal !== undefined) return failed;
  if (mode === "impossible") return { id: "circle-slash", colour: "disabledForeground" };
  const id = mode === "emulated" ? "layers" : mode === "unknown" ? "question" : "chip";
  return known === "proven" ? { id: mode === "unknown" ? "pass" : id, colour: passed } : { id };
}
