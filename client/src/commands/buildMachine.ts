import * as vscode from "vscode";
import { build } from "../operations/build.ts";
import { buildMany } from "../operations/buildMany.ts";
import { asBefore, isMachineTarget, type MachineTarget } from "../operations/target.ts";
import type { Rooms } from "../rooms.ts";
import type { Command } from "./command.ts";
import { machineOf } from "./pickMachine.ts";

/** Builds a machine where Nix decides, or where an earlier build of it ran; or all the machines that are selected. */
export function buildMachine(rooms: Rooms): Command {
  return async (argument, selection) => {
    const selected = machinesOf(selection);
    if (selected.length > 1) return buildSelected(selected, rooms);
    const target = await machineOf(argument, rooms.machines, vscode.l10n.t("Build"));
    return target && build({ ...target, ...asBefore(argument) }, rooms);
  };
}

function machinesOf(selection: unknown): MachineTarget[] {
  return Array.isArray(selection) ? selection.filter(isMachineTarget) : [];
}

async function buildSelected(selected: readonly MachineTarget[], rooms: Rooms): Promise<void> {
  const networks = new Set(selected.map(({ uri }) => uri));
  for (const uri of networks) {
    const machines = selected.filter(target => target.uri === uri).map(({ machine }) => machine);
    await buildMany(uri, [...new Set(machines)], rooms);
  }
}
