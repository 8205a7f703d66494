import * as l10n from "@vscode/l10n";
import type { Command, Range } from "vscode-languageserver-types";
import type { BuildSummary, Machine, Network } from "../protocol.ts";
import type { FeatureContext } from "./context.ts";
import { placeLabel, systemLabel } from "./systemText.ts";

/** If one text names more machines than this, their lenses would make an unreadable line. */
const maxMachinesOfOnePlace = 3;

/** The lenses of each machine: Evaluate and Build, or a running build and Cancel. */
const lensesOfMachine = [0, 1] as const;

/** Identifies a lens until it is resolved. */
export interface LensOfMachine {
  readonly machine: string;
  readonly lens: (typeof lensesOfMachine)[number];
}

/** An unresolved lens: of thousands of lenses only the visible ones are resolved. */
export interface UnresolvedLens extends LensOfMachine {
  readonly range: Range;
}

/**
 * Two lenses per machine. None for many machines that one text names, such as those of a `genList`, and none if only names are
 * read: these are evaluated and built from a list, such as the Machines view.
 */
export function codeLenses({ machines, problems }: Network): UnresolvedLens[] {
  if (problems.some(({ code }) => code === "too-many-machines")) return [];
  const counts = new Map<number, number>();
  for (const machine of machines) {
    const place = placeOf(machine);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return machines.flatMap(machine => {
    if (machine.computed === true || (counts.get(placeOf(machine)) ?? 0) > maxMachinesOfOnePlace) return [];
    return lensesOfMachine.map(lens => ({ range: machine.selectionRange, machine: machine.name, lens }));
  });
}

/** The title and command of a lens; undefined if its machine no longer exists. */
export function lensCommand(context: FeatureContext, { machine: name, lens }: LensOfMachine): Command | undefined {
  const machine = context.network.machines.find(each => each.name === name);
  if (machine === undefined) return undefined;
  const running = context.running(name);
  return (running === undefined ? idleCommands(machine, context) : runningCommands(machine, running))[lens];
}

/** Line and character as one number, which is found sooner than a text. */
function placeOf({ selectionRange: { start } }: Machine): number {
  return start.line * 2 ** 32 + start.character;
}

function idleCommands(machine: Machine, context: FeatureContext): Command[] {
  const argument = { uri: context.network.uri, machine: machine.name };
  return [
    { title: l10n.t("Evaluate"), command: "morph.evaluate", arguments: [argument] },
    { title: buildTitle(machine, context), command: "morph.build", arguments: [argument] },
  ];
}

/** `Build eiffel · aarch64-linux · emulated here` */
function buildTitle(machine: Machine, context: FeatureContext): string {
  const place = placeLabel(context.choice(machine));
  return [l10n.t("Build {0}", machine.name), systemLabel(machine.system), ...(place === undefined ? [] : [place])].join(
    " · ",
  );
}

function runningCommands(machine: Machine, build: BuildSummary): Command[] {
  return [
    // For a machine that is already being built, the command shows the running build.
    {
      title: `${machine.name} · ${stateLabel(build)}`,
      command: "morph.build",
      arguments: [{ uri: build.uri, machine: machine.name, place: build.place }],
    },
    { title: l10n.t("Cancel"), command: "morph.cancel", arguments: [{ id: build.id }] },
  ];
}

function stateLabel({ state, progress }: BuildSummary): string {
  if (state === "evaluating") return l10n.t("evaluating");
  if (state === "checking") return l10n.t("checking signatures");
  return progress.expected === 0 ? l10n.t("starting") : `${progress.done}/${progress.expected}`;
}
