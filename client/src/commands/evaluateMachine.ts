import * as vscode from "vscode";
import { evaluate } from "../operations/evaluate.ts";
import type { Rooms } from "../rooms.ts";
import type { Command } from "./command.ts";
import { machineOf } from "./pickMachine.ts";

/** Evaluates a machine and shows its system and what a build would do. */
export function evaluateMachine({ session, machines }: Rooms): Command {
  return async argument => {
    const target = await machineOf(argument, machines, vscode.l10n.t("Evaluate"));
    return target && evaluate(target, session, session.output);
  };
}
