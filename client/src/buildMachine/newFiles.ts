import * as vscode from "vscode";

/** The most names that are tried for a new file. */
const maxNames = 100;

/** A name for a new file: no file of a folder and no unsaved document has it. `name-2.nix` if `name.nix` is taken. */
export async function freeName(folder: vscode.Uri | undefined, name: string): Promise<string> {
  if (folder === undefined) return `${name}.nix`;
  for (let number = 1; number < maxNames; number++) {
    const candidate = number === 1 ? `${name}.nix` : `${name}-${number}.nix`;
    if (!(await isTaken(vscode.Uri.joinPath(folder, candidate)))) return candidate;
  }
  return `${name}-${Date.now()}.nix`;
}

async function isTaken(uri: vscode.Uri): Promise<boolean> {
  const isOpen = vscode.workspace.textDocuments.some(document => document.uri.path === uri.path && !document.isClosed);
  if (isOpen) return true;
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

/** Opens a new file with a text. Nothing is written until the user saves it, and VS Code asks before it replaces a file. */
export async function openNew(folder: vscode.Uri | undefined, name: string, text: string): Promise<void> {
  if (folder === undefined) {
    const document = await vscode.workspace.openTextDocument({ language: "nix", content: text });
    await vscode.window.showTextDocument(document, { preview: false });
    return;
  }
  const uri = vscode.Uri.joinPath(folder, name).with({ scheme: "untitled" });
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, new vscode.Position(0, 0), text);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document, { preview: false });
}
