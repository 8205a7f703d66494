import * as vscode from "vscode";
import type { Command, CommandContext } from "../context.ts";
import { evaluate } from "../operations/evaluate.ts";
import { evaluateAll, evaluateSelected } from "../operations/evaluateAll.ts";
import { machineOf, machinesOf } from "./pick/machine.ts";
import { networkOf } from "./pick/network.ts";

/** Evaluates a machine and shows its system and what a build would do; or all selected machines. */
export function evaluateMachine(context: CommandContext): Command {
  const { session } = context;
  return async (argument, selection) => {
    const selected = machinesOf(selection);
    if (selected.length > 1) return evaluateSelected(selected, session, session.output);
    const target = await machineOf(argument, context, vscode.l10n.t("Evaluate"));
    return target && evaluate(target, session, session.output);
  };
}

/** Evaluates every machine of a network, which shows the names and systems that its text does not determine. */
export function evaluateAllMachines({ session, machines }: CommandContext): Command {
  return async argument => {
    const uri = await networkOf(argument, machines, vscode.l10n.t("Evaluate All Machines"));
    return uri && evaluateAll(uri, session, session.output);
  };
}
