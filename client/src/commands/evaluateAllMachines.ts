import * as vscode from "vscode";
import { evaluateAll } from "../operations/evaluateAll.ts";
import type { Rooms } from "../rooms.ts";
import type { Command } from "./command.ts";
import { networkOf } from "./pickNetwork.ts";

/** Evaluates every machine of a network: tells the names and systems that its text does not. */
export function evaluateAllMachines({ session, machines }: Rooms): Command {
  return async argument => {
    const uri = await networkOf(argument, machines, vscode.l10n.t("Evaluate All Machines"));
    return uri && evaluateAll(uri, session, session.output);
  };
}
