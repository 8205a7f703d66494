import * as vscode from "vscode";
import type { CommandContext } from "../../context.ts";
import type { MachinesStore } from "../../machines/store.ts";
import { machineDescription } from "../../machines/text.ts";
import { isMachineTarget, type MachineTarget } from "../../targets.ts";
import { machineAtCursor, networkFileOf } from "./cursor.ts";

interface MachineItem extends vscode.QuickPickItem {
  readonly target: MachineTarget;
}

/**
 * The machine that a menu passed, the one at the cursor of a network file, or else the one that the user picks, in a network file from
 * its machines. Undefined if there is none or the user cancels.
 */
export async function machineOf(
  argument: unknown,
  context: Pick<CommandContext, "machines">,
  title: string,
): Promise<MachineTarget | undefined> {
  if (isMachineTarget(argument)) return { uri: argument.uri, machine: argument.machine };
  const uri = networkFileOf(argument, context.machines);
  return (uri && (await machineAtCursor(uri, context))) || pickMachine(context.machines, title, uri);
}

/** The machine that the user picks. @param uri offers only the machines of this network, if it has any. */
export async function pickMachine(
  machines: MachinesStore,
  title: string,
  uri?: string,
): Promise<MachineTarget | undefined> {
  const all = machineItems(machines);
  const own = all.filter(({ target }) => target.uri === uri);
  const items = own.length > 0 ? own : all;
  if (items.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("No network file with machines was found in this workspace."),
    );
    return undefined;
  }
  const options = {
    title,
    placeHolder: vscode.l10n.t("Select a machine"),
    matchOnDescription: true,
    matchOnDetail: true,
  };
  const picked = await vscode.window.showQuickPick(items, options);
  return picked?.target;
}

/** The machines among the rows that are selected in a view, each once: one may be in several groups. */
export function machinesOf(selection: unknown): readonly MachineTarget[] {
  if (!Array.isArray(selection)) return [];
  const targets = selection.filter(isMachineTarget);
  return [...new Map(targets.map(target => [JSON.stringify([target.uri, target.machine]), target])).values()];
}

/** The machines of the active editor's file come first. */
function machineItems({ networks = [] }: MachinesStore): MachineItem[] {
  const open = vscode.window.activeTextEditor?.document.uri.toString();
  const first = networks.filter(({ uri }) => vscode.Uri.parse(uri, true).toString() === open);
  const ordered = [...first, ...networks.filter(network => !first.includes(network))];
  return ordered.flatMap(({ uri, machines }) =>
    machines.map(machine => ({
      label: machine.name,
      description: machineDescription(machine, vscode.l10n),
      detail: vscode.workspace.asRelativePath(vscode.Uri.parse(uri, true)),
      iconPath: new vscode.ThemeIcon("server"),
      target: { uri, machine: machine.name },
    })),
  );
}
