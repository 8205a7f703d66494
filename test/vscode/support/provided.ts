import assert from "node:assert/strict";
import * as vscode from "vscode";

/** The extension's answers for a document, as plain text. */
export class Provided {
  readonly document: vscode.TextDocument;

  constructor(document: vscode.TextDocument) {
    this.document = document;
  }

  /** The position after the first occurrence of a text. */
  behind(piece: string): vscode.Position {
    const at = this.document.getText().indexOf(piece);
    assert.notEqual(at, -1, `the text has no ${JSON.stringify(piece)}`);
    return this.document.positionAt(at + piece.length);
  }

  run<T>(command: string, ...parameters: unknown[]): Thenable<T> {
    return vscode.commands.executeCommand<T>(`vscode.${command}`, this.document.uri, ...parameters);
  }

  async lenses(): Promise<string[]> {
    const lenses = await this.run<vscode.CodeLens[]>("executeCodeLensProvider", 100);
    return lenses.flatMap(({ command }) => command?.title ?? []);
  }

  /** The machines of the outline: `name detail`. */
  async symbols(): Promise<string[]> {
    const symbols = await this.run<vscode.DocumentSymbol[]>("executeDocumentSymbolProvider");
    return symbols.map(({ name, detail }) => `${name} ${detail}`);
  }

  /** The paragraphs of a hover, without their Markdown. */
  async hover(piece: string): Promise<string[]> {
    const hovers = await this.run<vscode.Hover[]>("executeHoverProvider", this.behind(piece));
    return hovers.flatMap(({ contents }) =>
      contents.flatMap(content =>
        plain((content as vscode.MarkdownString).value)
          .split("\n\n")
          // What is left of a block of code begins or ends with a line break.
          .map(paragraph => paragraph.trim()),
      ),
    );
  }

  /** The text of the line before the hint -> the hint and its tooltip. */
  async hints(): Promise<Record<string, string>> {
    const { document } = this;
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = await this.run<vscode.InlayHint[]>("executeInlayHintProvider", whole);
    return Object.fromEntries(
      hints.map(({ position, label, tooltip }) => [
        document.lineAt(position).text.slice(0, position.character).trim(),
        `${String(label)}: ${String(tooltip)}`,
      ]),
    );
  }

  async completions(piece: string): Promise<string[]> {
    const { items } = await this.run<vscode.CompletionList>("executeCompletionItemProvider", this.behind(piece));
    return items.map(({ label }) => (typeof label === "string" ? label : label.label));
  }

  /** The edits of a rename, as `file: old → new`; files are relative to the document's folder. */
  async rename(piece: string, newName: string): Promise<string[]> {
    const edit = await this.run<vscode.WorkspaceEdit>("executeDocumentRenameProvider", this.behind(piece), newName);
    const folder = vscode.Uri.joinPath(this.document.uri, "..").path;
    const files = edit.entries().map(async ([uri, edits]) => {
      const document = await vscode.workspace.openTextDocument(uri);
      const file = uri.path.slice(folder.length + 1);
      return edits.map(({ range, newText }) => `${file}: ${document.getText(range)} → ${newText}`);
    });
    return (await Promise.all(files)).flat();
  }

  /** The diagnostics in the order of the text: `code: text`. */
  diagnostics(): string[] {
    return vscode.languages
      .getDiagnostics(this.document.uri)
      .toSorted((a, b) => a.range.start.compareTo(b.range.start))
      .map(({ code, range }) => `${String(code)}: ${this.document.getText(range)}`);
  }
}

/** Markdown as displayed: links, code and escapes without their markup. */
function plain(markdown: string): string {
  return markdown
    .replaceAll(/(?<!\\)\[((?:\\.|[^\]\\])*)\]\([^)]*\)/g, "$1")
    .replaceAll(/(?<!\\)(?:`|\*\*)/g, "")
    .replaceAll(/\\(.)/g, "$1");
}
