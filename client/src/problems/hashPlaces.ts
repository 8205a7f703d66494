import * as vscode from "vscode";
import { type HashChange, placesOf } from "../../../server/src/common/hashText.ts";

/** Maximum number of files to search. */
const maxFiles = 5000;

/** An occurrence of a hash in the workspace, with its replacement. */
export interface FoundHash {
  readonly document: vscode.TextDocument;
  /** The version of the document when it was found. */
  readonly version: number;
  readonly range: vscode.Range;
  readonly text: string;
}

/** Every occurrence of the specified hash in the workspace's Nix files, including unsaved changes. */
export async function findHash(change: HashChange): Promise<FoundHash[]> {
  const found: FoundHash[] = [];
  for (const uri of await vscode.workspace.findFiles("**/*.nix", "**/{node_modules,result,result-*}/**", maxFiles)) {
    if (placesOf(await textOf(uri), change).length === 0) continue;
    const document = await vscode.workspace.openTextDocument(uri);
    const places = placesOf(document.getText(), change);
    const range = (start: number, end: number) =>
      new vscode.Range(document.positionAt(start), document.positionAt(end));
    found.push(
      ...places.map(({ start, end, text }) => ({
        document,
        version: document.version,
        range: range(start, end),
        text,
      })),
    );
  }
  return found;
}

/** The text in the editor, or else on disk: opening every file as a document would notify every extension. */
async function textOf(uri: vscode.Uri): Promise<string> {
  const open = vscode.workspace.textDocuments.find(document => document.uri.toString() === uri.toString());
  if (open !== undefined) return open.getText();
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    // The file was removed in the meantime, or is not readable.
    return "";
  }
}

/** Replaces the hashes and shows the first one. One undo step per file. */
export async function putHash(places: readonly FoundHash[]): Promise<void> {
  const [first] = places;
  if (first === undefined) return;
  if (places.some(({ document, version }) => document.version !== version))
    throw new Error(vscode.l10n.t("The document changed in the meantime. Try again."));
  await vscode.window.showTextDocument(first.document, { selection: first.range });
  const edit = new vscode.WorkspaceEdit();
  for (const { document, range, text } of places) edit.replace(document.uri, range, text);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error(vscode.l10n.t("Could not update the hash."));
}
