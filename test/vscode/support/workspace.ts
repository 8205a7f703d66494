import * as vscode from "vscode";
import type { InternalApi } from "../../../client/src/api.ts";
import { eventually } from "./eventually.ts";

/** The folder that the window has open. */
export function workspaceFolder(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error("The window has no folder open.");
  return folder.uri;
}

/** The sample network of the workspace. */
export function homeNetwork(): vscode.Uri {
  return vscode.Uri.joinPath(workspaceFolder(), "network.nix");
}

/** Shows the sample network in an editor. */
export async function openHome(): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(homeNetwork()));
}

/** The text of a `network.nix`, or the texts of that and its imports, by path. */
export type NetworkFiles = string | Readonly<Record<string, string>>;

/** Adds a network to the workspace and waits until it is known. Returns its URI as the server writes it. */
export async function addNetwork({ machines }: InternalApi, folder: string, files: NetworkFiles): Promise<string> {
  const file = vscode.Uri.joinPath(workspaceFolder(), folder, "network.nix");
  const texts = Object.entries(typeof files === "string" ? { "network.nix": files } : files);
  // Modules first, so that imports exist when the network is read.
  for (const [path, text] of texts.toSorted(([path]) => (path === "network.nix" ? 1 : -1)))
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(file, "..", path), Buffer.from(text));
  // A watcher may miss a file that is written right after its folder was created; opening it makes sure.
  await vscode.workspace.openTextDocument(file);
  const find = () => machines.networks?.find(({ uri }) => vscode.Uri.parse(uri).toString() === file.toString());
  const { uri } = await eventually(`${folder}/network.nix is known`, find, machines.onDidChange);
  return uri;
}

/** A network with one machine whose build takes `seconds`. A new `name` makes sure that it was never built before. */
export function slowNetwork(name: string, seconds: number): string {
  return `{
  slow = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [ (pkgs.mkSlow { name = "${name}-1.0"; seconds = ${seconds}; lines = 20; }) ];
  };
}
`;
}

/** The rows of a network's machines in the Machines view: name and description. */
export function machineRows({ machinesTree }: InternalApi, network: vscode.Uri): string[] {
  const row = machinesTree.getChildren().find(({ uri }) => vscode.Uri.parse(uri).toString() === network.toString());
  const machines = row === undefined ? [] : machinesTree.getChildren(row);
  return machines.map(node => {
    const { label, description } = machinesTree.getTreeItem(node);
    return `${String(label)} ${String(description)}`;
  });
}
