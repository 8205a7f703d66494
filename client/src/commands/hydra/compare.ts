import * as vscode from "vscode";
import type { Command, CommandContext } from "../../context.ts";
import { prepare } from "../../operations/prepare.ts";
import { machineOf } from "../pick/machine.ts";

/** Compares Hydra's newest build of a machine with an evaluation here, and shows the result as a page. */
export function compareWithHydra(context: CommandContext): Command {
  return argument => compare(context, argument, vscode.l10n.t("Compare with Hydra"), undefined);
}

/** The same, after an evaluation here with the inputs of Hydra's. */
export function evaluateWithHydraInputs(context: CommandContext): Command {
  return argument => compare(context, argument, vscode.l10n.t("Evaluate with Hydra's Inputs"), true);
}

async function compare(
  { session, machines, evaluations, comparisons }: CommandContext,
  argument: unknown,
  title: string,
  withInputs: true | undefined,
): Promise<void> {
  const target = await machineOf(argument, { machines }, title);
  if (target === undefined || !(await prepare(session))) return;
  const { uri, machine } = target;
  const running =
    withInputs === undefined
      ? vscode.l10n.t("Comparing {0} with Hydra", machine)
      : vscode.l10n.t("Evaluating {0} with Hydra's inputs", machine);
  const comparison = await evaluations.run(running, (_report, token) =>
    session.request("morph/compareHydraBuild", { uri, machine, withInputs }, token),
  );
  if (comparison !== undefined) await comparisons.show(uri, comparison);
}
