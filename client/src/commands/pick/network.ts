import * as vscode from "vscode";
import type { MachinesStore } from "../../machines/store.ts";
import { networkDescription } from "../../machines/text.ts";
import { isNetworkTarget } from "../../targets.ts";
import { networkFileOf } from "./cursor.ts";

/**
 * The URI of the network that a menu passed, of the active editor, of the only one, or of the one that the user picks; undefined if
 * there is none.
 */
export async function networkOf(
  argument: unknown,
  machines: MachinesStore,
  title: string,
): Promise<string | undefined> {
  if (isNetworkTarget(argument)) return argument.uri;
  const { networks = [] } = machines;
  if (networks.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("No network file was found in this workspace."));
    return undefined;
  }
  const own = networkFileOf(argument, machines);
  if (own !== undefined) return own;
  if (networks.length === 1) return networks[0]?.uri;
  const items = networks.map(network => ({
    label: vscode.workspace.asRelativePath(vscode.Uri.parse(network.uri, true)),
    description: networkDescription(network, vscode.l10n),
    iconPath: new vscode.ThemeIcon("server-environment"),
    uri: network.uri,
  }));
  const options = { title, placeHolder: vscode.l10n.t("Select a network"), matchOnDescription: true };
  return (await vscode.window.showQuickPick(items, options))?.uri;
}
