import * as vscode from "vscode";
import { build } from "../operations/build.ts";
import { asBefore } from "../operations/target.ts";
import { trustedToEvaluate } from "../operations/trust.ts";
import type { Rooms } from "../rooms.ts";
import type { Command } from "./command.ts";
import { machineOf } from "./pickMachine.ts";
import { pickPlace } from "./pickPlace.ts";

/** Builds a machine on a builder that the user picks. */
export function buildMachineOn(rooms: Rooms): Command {
  return async argument => {
    if (!trustedToEvaluate()) return undefined;
    const target = await machineOf(argument, rooms.machines, vscode.l10n.t("Build on ..."));
    if (target === undefined) return undefined;
    const machine = rooms.machines.machine(target.uri, target.machine);
    const system = (machine?.buildSystem ?? machine?.system)?.value;
    const place = await pickPlace(target.machine, system, rooms.server.request("morph/builders", {}));
    return place && build({ ...target, ...asBefore(argument), place }, rooms);
  };
}
