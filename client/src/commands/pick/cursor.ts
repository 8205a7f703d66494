import * as vscode from "vscode";
import type { Position } from "vscode-languageserver-types";
import type { CommandContext } from "../../context.ts";
import { machineAt } from "../../machines/machineAt.ts";
import type { MachinesStore } from "../../machines/store.ts";
import type { MachineTarget } from "../../targets.ts";

/** The network file that an editor's or the explorer's menu passed; without an argument that of the active editor. */
export function networkFileOf(argument: unknown, { networks = [] }: MachinesStore): string | undefined {
  const file = fileOf(argument)?.toString();
  return networks.find(({ uri }) => vscode.Uri.parse(uri, true).toString() === file)?.uri;
}

function fileOf(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) return argument;
  return argument === undefined ? vscode.window.activeTextEditor?.document.uri : undefined;
}

/** The machine at the cursor of the active editor, if it shows that network file. */
export async function machineAtCursor(
  uri: string,
  { machines }: Pick<CommandContext, "machines">,
): Promise<MachineTarget | undefined> {
  const position = cursorIn(uri);
  const network = position && (await machines.current(uri));
  const machine = network && machineAt(network, position);
  return machine && { uri, machine: machine.name };
}

function cursorIn(uri: string): Position | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || editor.document.uri.toString() !== vscode.Uri.parse(uri, true).toString())
    return undefined;
  const { line, character } = editor.selection.active;
  return { line, character };
}
