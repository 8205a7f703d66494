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

/** Writes a further network into the workspace and waits until it is known. Gives its URI as the server writes it. */
export async function addNetwork({ machines }: InternalApi, folder: string, text: string): Promise<string> {
  const file = vscode.Uri.joinPath(workspaceFolder(), folder, "network.nix");
  await vscode.workspace.fs.writeFile(file, Buffer.from(text));
  // A watcher may miss a file that is written right after its folder was made; opening it makes sure.
  await vscode.workspace.openTextDocument(file);
  const find = () => machines.networks?.find(({ uri }) => vscode.Uri.parse(uri).toString() === file.toString());
  const { uri } = await eventually(`${folder}/network.nix is known`, find, machines.onDidChange);
  return uri;
}

/** A network with one machine whose build takes so many seconds. `name` makes it one that was never built before. */
export function slowNetwork(name: string, seconds: number): string {
  return `{
  slow = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [ (pkgs.mkSlow { name = "${name}-1.0"; seconds = ${seconds}; lines = 20; }) ];
  };
}
`;
}
