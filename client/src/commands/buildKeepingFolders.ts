import * as vscode from "vscode";
import { build } from "../operations/build.ts";
import { asBefore } from "../operations/target.ts";
import type { Rooms } from "../rooms.ts";
import type { Command } from "./command.ts";
import { machineOf } from "./pickMachine.ts";

/** Builds a machine and has Nix keep the folders in which derivations fail. */
export function buildKeepingFolders(rooms: Rooms): Command {
  return async argument => {
    const target = await machineOf(argument, rooms.machines, vscode.l10n.t("Build and Keep Failed Folders"));
    return target && build({ ...target, ...asBefore(argument), keepFailed: true }, rooms);
  };
}
