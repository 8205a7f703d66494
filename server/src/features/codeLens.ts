import { t } from "@vscode/l10n";
import type { CodeLens, Command } from "vscode-languageserver-types";
import type { BuildSummary, Machine } from "../protocol.ts";
import type { FeatureContext } from "./context.ts";
import { placeLabel, systemLabel } from "./systemText.ts";

/** More machines than this that one text names would make a line of lenses that nobody can read. */
const maxMachinesOfOnePlace = 3;

/**
 * At most two lenses a machine: Evaluate and Build, or a running build and Cancel. None for the many machines that one text
 * names, as those of a `genList`, and none where only names are read: they are evaluated and built from a list, such as the
 * Machines view.
 */
export function codeLenses(context: FeatureContext): CodeLens[] {
  const { machines, problems } = context.network;
  if (problems.some(({ code }) => code === "too-many-machines")) return [];
  const counts = new Map<string, number>();
  for (const machine of machines) counts.set(placeOf(machine), (counts.get(placeOf(machine)) ?? 0) + 1);
  return machines.flatMap(machine => {
    if (machine.computed === true || (counts.get(placeOf(machine)) ?? 0) > maxMachinesOfOnePlace) return [];
    const running = context.running(machine.name);
    const commands = running === undefined ? idleCommands(machine, context) : runningCommands(machine, running);
    return commands.map(command => ({ range: machine.selectionRange, command }));
  });
}

function placeOf({ selectionRange: { start } }: Machine): string {
  return `${start.line}:${start.character}`;
}

function idleCommands(machine: Machine, context: FeatureContext): Command[] {
  const argument = { uri: context.network.uri, machine: machine.name };
  return [
    { title: t("Evaluate"), command: "morph.evaluate", arguments: [argument] },
    { title: buildTitle(machine, context), command: "morph.build", arguments: [argument] },
  ];
}

/** `Build eiffel · aarch64-linux · emulated here` */
function buildTitle(machine: Machine, context: FeatureContext): string {
  const place = placeLabel(context.choice(machine));
  return [t("Build {0}", machine.name), systemLabel(machine.system), ...(place === undefined ? [] : [place])].join(
    " · ",
  );
}

function runningCommands(machine: Machine, build: BuildSummary): Command[] {
  return [
    // Building a machine that is being built shows the running build.
    {
      title: `${machine.name} · ${stateLabel(build)}`,
      command: "morph.build",
      arguments: [{ uri: build.uri, machine: machine.name, place: build.place }],
    },
    { title: t("Cancel"), command: "morph.cancel", arguments: [{ id: build.id }] },
  ];
}

function stateLabel({ state, progress }: BuildSummary): string {
  if (state === "evaluating") return t("evaluating");
  if (state === "checking") return t("checking signatures");
  return progress.expected === 0 ? t("starting") : `${progress.done}/${progress.expected}`;
}
