import * as vscode from "vscode";
import { isJobsetName } from "../../../../server/src/common/entered/jobsets.ts";
import type { HydraJobsetParams } from "../../../../server/src/protocol.ts";
import type { CommandContext } from "../../context.ts";
import { isJobsetTarget, isNetworkTarget, type MachineTarget } from "../../targets.ts";
import { machineOf, machinesOf } from "../pick/machine.ts";

/** The jobset that a page passed, or one of the selected machines, of some machines of a network, or of a single machine. */
export async function jobsetOf(
  argument: unknown,
  selection: unknown,
  context: CommandContext,
  title: string,
): Promise<HydraJobsetParams | undefined> {
  if (isJobsetTarget(argument)) return argument;
  const selected = machinesOf(selection);
  if (selected.length > 1) return ofSeveral(selected, title);
  if (isNetworkTarget(argument)) return ofSeveral(await pickMachines(argument.uri, context, title), title);
  const target = await machineOf(argument, context, title);
  return target && { uri: target.uri, machines: [target.machine] };
}

/** Machines of one network have one jobset, whose name the user enters. */
async function ofSeveral(targets: readonly MachineTarget[], title: string): Promise<HydraJobsetParams | undefined> {
  const [first, ...others] = targets;
  if (first === undefined) return undefined;
  const { uri } = first;
  if (others.length === 0) return { uri, machines: [first.machine] };
  if (others.some(other => other.uri !== uri))
    throw new Error(vscode.l10n.t("A jobset has machines of one network. Select those of a single network file."));
  const jobset = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t("Name of the jobset with {0} machines", targets.length),
    value: "machines",
    validateInput: name =>
      isJobsetName(name)
        ? undefined
        : vscode.l10n.t("A name has letters, digits, '_', '-' and '.', starts with a letter, and is not 'default'."),
  });
  return jobset === undefined ? undefined : { uri, machines: targets.map(({ machine }) => machine), jobset };
}

async function pickMachines(
  uri: string,
  { machines }: CommandContext,
  title: string,
): Promise<readonly MachineTarget[]> {
  const network = machines.networks?.find(candidate => candidate.uri === uri);
  const items = (network?.machines ?? []).map(({ name }) => ({ label: name, picked: true }));
  const placeHolder = vscode.l10n.t("Select the machines of the jobset");
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder, canPickMany: true });
  return (picked ?? []).map(({ label }) => ({ uri, machine: label }));
}
