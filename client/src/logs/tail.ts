import * as vscode from "vscode";
import { logScheme } from "../manifest.ts";

/** Scrolls along while a log grows, if the editor shows its end. */
export class Tail implements vscode.Disposable {
  readonly #atEnd = new Set<string>();
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor() {
    this.#subscriptions = [
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.#scrolled(textEditor)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#grown(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#atEnd.delete(uri.toString())),
    ];
  }

  #scrolled({ document, visibleRanges }: vscode.TextEditor): void {
    if (document.uri.scheme !== logScheme) return;
    const last = visibleRanges.at(-1)?.end.line ?? 0;
    if (last >= document.lineCount - 2) this.#atEnd.add(document.uri.toString());
    else this.#atEnd.delete(document.uri.toString());
  }

  #grown(document: vscode.TextDocument): void {
    if (!this.#atEnd.has(document.uri.toString())) return;
    const end = document.lineAt(document.lineCount - 1).range;
    for (const editor of vscode.window.visibleTextEditors) if (editor.document === document) editor.revealRange(end);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}
