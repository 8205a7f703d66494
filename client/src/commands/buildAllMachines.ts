import * as vscode from "vscode";
import { buildMany } from "../operations/buildMany.ts";
import type { Rooms } from "../rooms.ts";
import type { Command } from "./command.ts";
import { networkOf } from "./pickNetwork.ts";

/** Builds every machine of a network that is known. */
export function buildAllMachines(rooms: Rooms): Command {
  return async argument => {
    const uri = await networkOf(argument, rooms.machines, vscode.l10n.t("Build All Machines"));
    if (uri === undefined) return undefined;
    const network = rooms.machines.networks?.find(candidate => candidate.uri === uri);
    return buildMany(uri, network?.machines.map(({ name }) => name) ?? [], rooms);
  };
}
