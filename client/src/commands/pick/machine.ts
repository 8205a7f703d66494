import * as vscode from "vscode";
import type { MachinesStore } from "../../machines/store.ts";
import { machineDescription } from "../../machines/text.ts";
import { isMachineTarget, type MachineTarget } from "../../targets.ts";

interface MachineItem extends vscode.QuickPickItem {
  readonly target: MachineTarget;
}

/** The machine that a menu passed, or else the one that the user picks; undefined if there is none or the user cancels. */
export async function machineOf(
  argument: unknown,
  machines: MachinesStore,
  title: string,
): Promise<MachineTarget | undefined> {
  if (isMachineTarget(argument)) return { uri: argument.uri, machine: argument.machine };
  const items = machineItems(machines);
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
