import * as vscode from "vscode";
import { pickPlace } from "../builders/pickPlace.ts";
import { isUnfinished } from "../builds/state.ts";
import type { Command, CommandContext } from "../context.ts";
import { build } from "../operations/build.ts";
import { buildMany } from "../operations/buildMany.ts";
import { trustedToEvaluate } from "../operations/trust.ts";
import { isMachineTarget, type MachineTarget, outputAndPlaceOf } from "../targets.ts";
import { buildIdOf } from "./pick/build.ts";
import { machineOf, machinesOf, pickMachine } from "./pick/machine.ts";
import { pickOutput } from "./pick/output.ts";

/** Builds the machine at the cursor or of a row, where Nix chooses or in the place of an earlier build; or all selected machines. */
export function buildMachine(context: CommandContext): Command {
  return async (argument, selection) => {
    const selected = machinesOf(selection);
    if (selected.length > 1) return buildSelected(selected, context);
    const target = await machineOf(argument, context, vscode.l10n.t("Build"));
    return target && build({ ...target, ...outputAndPlaceOf(argument) }, context);
  };
}

/** Builds a machine that the user picks, wherever the cursor is. */
export function pickAndBuild(context: CommandContext): Command {
  return async () => {
    const target = await pickMachine(context.machines, vscode.l10n.t("Build Machine"));
    return target && build(target, context);
  };
}

/** Builds the machine of an earlier build again: the same output in the same place; or the machines of all selected builds. */
export function buildAgain(context: CommandContext): Command {
  const again = buildMachine(context);
  return async (argument, selection) => {
    if (isMachineTarget(argument)) return again(argument, selection);
    const ended = context.builds.summaries.filter(summary => !isUnfinished(summary));
    const texts = { title: vscode.l10n.t("Build Again"), none: vscode.l10n.t("There are no builds yet.") };
    const id = await buildIdOf(undefined, ended, texts);
    return id && again(context.builds.summary(id));
  };
}

/** Builds systems together, and other outputs and builds in a chosen place one by one. */
async function buildSelected(selected: readonly MachineTarget[], context: CommandContext): Promise<void> {
  const special = selected.filter(isSpecial);
  const plain = selected.filter(target => !isSpecial(target));
  for (const uri of new Set(plain.map(target => target.uri))) {
    const machines = plain.filter(target => target.uri === uri).map(({ machine }) => machine);
    await buildMany(uri, { machines: [...new Set(machines)], kind: "selection" }, context);
  }
  for (const { uri, machine, ...rest } of special) await build({ uri, machine, ...outputAndPlaceOf(rest) }, context);
}

function isSpecial(target: MachineTarget): boolean {
  const { attribute, fromCache, place = { kind: "schedule" } } = outputAndPlaceOf(target);
  return attribute !== undefined || fromCache === true || place.kind !== "schedule";
}

/** Builds a machine on a builder that the user picks. */
export function buildMachineOn(context: CommandContext): Command {
  return async argument => {
    if (!trustedToEvaluate()) return undefined;
    const target = await machineOf(argument, context, vscode.l10n.t("Build on..."));
    if (target === undefined) return undefined;
    const { uri, machine } = target;
    const picked = await pickPlace(machine, () => context.server.request("morph/buildersFor", { uri, machine }));
    return picked && build({ ...target, attribute: outputAndPlaceOf(argument).attribute, ...picked }, context);
  };
}

/** Builds an output of a machine other than its system, such as an installation image, a virtual machine or its kernel. */
export function buildOther(context: CommandContext): Command {
  return async argument => {
    const target = await machineOf(argument, context, vscode.l10n.t("Build Other Output..."));
    const attribute = target && (await pickOutput(target.machine));
    return target && attribute && build({ ...target, attribute }, context);
  };
}

/** Fetches what a machine evaluates to from the binary caches, and builds nothing. */
export function fetchFromCache(context: CommandContext): Command {
  return async argument => {
    const target = await machineOf(argument, context, vscode.l10n.t("Fetch from Cache"));
    const { attribute } = outputAndPlaceOf(argument);
    return target && build({ ...target, attribute, fromCache: true }, context);
  };
}

/** Builds a machine and has Nix keep the build directories of failed derivations. */
export function buildKeepingFolders(context: CommandContext): Command {
  return async argument => {
    const target = await machineOf(argument, context, vscode.l10n.t("Build with --keep-failed"));
    const how = { ...outputAndPlaceOf(argument), fromCache: undefined, keepFailed: true } as const;
    return target && build({ ...target, ...how }, context);
  };
}

/** Builds a machine even though the checks before the build failed. */
export function buildAnyway(context: CommandContext): Command {
  return argument => {
    if (!isMachineTarget(argument)) return undefined;
    const { uri, machine } = argument;
    return build({ uri, machine, ...outputAndPlaceOf(argument), regardless: true }, context);
  };
}
