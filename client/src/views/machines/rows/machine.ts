import { lastResult } from "../../../../../server/src/common/lastResult.ts";
import type { Machine } from "../../../../../server/src/protocol.ts";
import { resultIcon } from "../../../builds/icons.ts";
import { machineDescription } from "../../../machines/text.ts";
import { internalCommands, itemWords } from "../../../manifest.ts";
import { shortNames } from "../../../text/shortNames.ts";
import type { Icon } from "../../../util/icon.ts";
import { spokenName } from "../../spoken.ts";
import { type HydraRow, hydraRows } from "./hydra.ts";
import { machineTooltip } from "./machineTooltip.ts";
import type { MachinesRowKind, Row } from "./row.ts";

/** A machine of a network file. A click goes to its definition. */
export interface MachineRow extends Row {
  readonly kind: "machine";
  /** The machine's name. */
  readonly machine: string;
  /** How it is shown: shortened if it is long, and still different from its siblings. */
  readonly label: string;
}

/** Longer names are shortened: in a side bar of 300 pixels there must be room for the state (characters). */
const maxLabel = 22;

/** The rows of machines that are listed together. */
export function machineRows(parent: Row, machines: readonly Machine[]): readonly MachineRow[] {
  const names = machines.map(({ name }) => name);
  const short = shortNames(names, maxLabel);
  const seen = new Map<string, number>();
  return names.map(machine => {
    // Nix rejects two machines with the same name, but both are in the text.
    const count = seen.get(machine) ?? 0;
    seen.set(machine, count + 1);
    const label = short.get(machine) ?? machine;
    return {
      kind: "machine",
      key: JSON.stringify([parent.key, machine, count, label]),
      uri: parent.uri,
      machine,
      label,
    };
  });
}

export const machineKind: MachinesRowKind<MachineRow, HydraRow> = {
  item(row, { store, builds, hydra, l10n, now }) {
    const machine = store.machine(row.uri, row.machine);
    if (machine === undefined) return undefined;
    const build = builds.newest(row.uri, row.machine);
    const { state, details } = build === undefined ? notBuilt : lastResult(build, now(), l10n);
    const description = machineDescription(machine, l10n);
    const onHydra = hydra.machine(row.uri, row.machine);
    const failing = onHydra?.build?.state === "failed" ? [l10n.t("failing on Hydra")] : [];
    return {
      id: row.key,
      label: row.label,
      // The state comes first: a narrow side bar cuts the rest.
      description: [...(state === undefined ? [] : [state]), ...details, ...failing, description].join(" · "),
      icon: build === undefined ? iconOf(machine) : resultIcon(build),
      below: onHydra === undefined ? "none" : "closed",
      words: [itemWords.machine, itemWords.reveal, ...(onHydra === undefined ? [] : [itemWords.hydra])],
      click: { kind: "selection", title: l10n.t("Go to Machine Definition"), id: internalCommands.goToSelectedMachine },
      spoken: spokenName(state ?? l10n.t("not built"), machine.name, [...details, ...failing, description]),
    };
  },

  children(row, context) {
    return hydraRows(row, row.machine, context);
  },

  tooltip(row, { store, builds, l10n, now }) {
    const machine = store.machine(row.uri, row.machine);
    return machine && machineTooltip(machine, builds.newest(row.uri, row.machine), now(), l10n);
  },
};

const notBuilt: { readonly state?: undefined; readonly details: readonly string[] } = { details: [] };

/** The icon of a machine that was not built yet. */
function iconOf({ system }: Machine): Icon {
  if (system.overridden !== undefined) return { id: "warning", colour: "list.warningForeground" };
  // Outdated results are dimmed.
  if (system.stale === true) return { id: "server", colour: "disabledForeground" };
  return { id: system.value === undefined ? "question" : "server" };
}
