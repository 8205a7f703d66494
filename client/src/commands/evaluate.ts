import * as vscode from "vscode";
import type { Command, CommandContext } from "../context.ts";
import { type EvaluationTools, evaluate } from "../operations/evaluate.ts";
import { evaluateAll, evaluateSelected } from "../operations/evaluateAll.ts";
import { machineOf, machinesOf } from "./pick/machine.ts";
import { networkOf } from "./pick/network.ts";

/** Evaluates a machine and shows its system and what a build would do; or all selected machines. */
export function evaluateMachine(context: CommandContext): Command {
  const tools = toolsOf(context);
  return async (argument, selection) => {
    const selected = machinesOf(selection);
    if (selected.length > 1) return evaluateSelected(selected, tools);
    const target = await machineOf(argument, context, vscode.l10n.t("Evaluate"));
    return target && evaluate(target, tools);
  };
}

/** Evaluates every machine of a network, which shows the names and systems that its text does not determine. */
export function evaluateAllMachines(context: CommandContext): Command {
  return async argument => {
    const uri = await networkOf(argument, context.machines, vscode.l10n.t("Evaluate All Machines"));
    return uri && evaluateAll(uri, toolsOf(context));
  };
}

/** Cancels what the user has started to evaluate. */
export function cancelEvaluations({ evaluations }: CommandContext): Command {
  return () => evaluations.cancelAll();
}

function toolsOf({ session, evaluations }: CommandContext): EvaluationTools {
  return { server: session, output: session.output, evaluations };
}
