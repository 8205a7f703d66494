import * as vscode from "vscode";
import { build } from "../operations/build.ts";
import { placeOf } from "../operations/target.ts";
import type { Rooms } from "../rooms.ts";
import type { Command } from "./command.ts";
import { machineOf } from "./pickMachine.ts";

/** Builds a machine where Nix decides, or where an earlier build of it ran. */
export function buildMachine(rooms: Rooms): Command {
  return async argument => {
    const target = await machineOf(argument, rooms.machines, vscode.l10n.t("Build"));
    return target && build(target, placeOf(argument), rooms);
  };
}
