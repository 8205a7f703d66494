import * as vscode from "vscode";
import type { MachinesStore } from "../../machines/store.ts";
import { networkDescription } from "../../machines/text.ts";
import { isNetworkTarget } from "../../targets.ts";

/** The URI of the network that a menu passed, of the only one, or of the one that the user picks; undefined if there is none. */
export async function networkOf(
  argument: unknown,
  { networks = [] }: MachinesStore,
  title: string,
): Promise<string | undefined> {
  if (isNetworkTarget(argument)) return argument.uri;
  if (networks.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("No network file was found in this workspace."));
    return undefined;
  }
  if (networks.length === 1) return networks[0]?.uri;
  const open = vscode.window.activeTextEditor?.document.uri.toString();
  const isOpen = (uri: string) => vscode.Uri.parse(uri, true).toString() === open;
  const items = networks.map(network => ({
    label: vscode.workspace.asRelativePath(vscode.Uri.parse(network.uri, true)),
    description: networkDescription(network, vscode.l10n),
    iconPath: new vscode.ThemeIcon("server-environment"),
    uri: network.uri,
  }));
  // The network of the active editor's file comes first.
  const ordered = [...items.filter(({ uri }) => isOpen(uri)), ...items.filter(({ uri }) => !isOpen(uri))];
  const options = { title, placeHolder: vscode.l10n.t("Select a network"), matchOnDescription: true };
  return (await vscode.window.showQuickPick(ordered, options))?.uri;
}
