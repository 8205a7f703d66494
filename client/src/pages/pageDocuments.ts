import * as vscode from "vscode";
import { revealCommand, toRange } from "../problems/location.ts";
import type { Page, PageAction, PageNames } from "./page.ts";

/** A kind of page. */
export interface PageKind {
  readonly scheme: string;
  readonly languageId: string;
  /** The page of a document; undefined if there is none. */
  readonly page: (uri: vscode.Uri) => Page | undefined | Promise<Page | undefined>;
  /** The text of a document without a page. */
  readonly missing: string;
}

/**
 * Pages as read-only documents: search, copying, going to a line and screen readers work as in any text. What a line does is a link;
 * the first line has the actions as lenses.
 */
export class PageDocuments
  implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider, vscode.CodeLensProvider, vscode.Disposable
{
  readonly #kind: PageKind;
  readonly #change = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: readonly vscode.Disposable[];
  /** Document -> the page that is its text. */
  readonly #shown = new Map<string, Page>();
  readonly onDidChange = this.#change.event;

  /** @param parts what is disposed of together with the documents. */
  constructor(kind: PageKind, ...parts: readonly vscode.Disposable[]) {
    this.#kind = kind;
    const { scheme } = kind;
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.languages.registerDocumentLinkProvider({ scheme }, this),
      vscode.languages.registerCodeLensProvider({ scheme }, this),
      vscode.workspace.onDidOpenTextDocument(document => this.#opened(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#closed(uri)),
      ...parts,
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const page = await this.#kind.page(uri);
    if (page === undefined) {
      this.#shown.delete(uri.toString());
      return this.#kind.missing;
    }
    this.#shown.set(uri.toString(), page);
    return page.lines.map(({ text }) => text).join("\n");
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const lines = this.#shown.get(document.uri.toString())?.lines ?? [];
    return lines.flatMap(({ text, action }, line) => {
      if (action === undefined || line >= document.lineCount || document.lineAt(line).text !== text) return [];
      // The whole line, so that Enter works wherever the cursor is in it.
      const link = new vscode.DocumentLink(document.lineAt(line).range, targetOf(action));
      link.tooltip = action.kind === "command" ? action.command.title : vscode.l10n.t("Open file");
      return [link];
    });
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const top = new vscode.Range(0, 0, 0, 0);
    return (this.#shown.get(uri.toString())?.actions ?? []).map(({ text, action }) => {
      if (action.kind === "location")
        return new vscode.CodeLens(top, { ...revealCommand(action.location), title: text });
      const { title, command, arguments: args = [] } = action.command;
      return new vscode.CodeLens(top, { title, command, arguments: args });
    });
  }

  /** The data of open pages has changed. */
  renew(isChanged: (uri: vscode.Uri) => boolean = () => true): void {
    for (const { uri } of vscode.workspace.textDocuments)
      if (uri.scheme === this.#kind.scheme && isChanged(uri)) this.#change.fire(uri);
  }

  #opened(document: vscode.TextDocument): void {
    const { scheme, languageId } = this.#kind;
    if (document.uri.scheme !== scheme || document.languageId === languageId) return;
    void vscode.languages.setTextDocumentLanguage(document, languageId);
  }

  /** VS Code also closes a document for a moment when it changes its language. */
  #closed(uri: vscode.Uri): void {
    const key = uri.toString();
    if (!vscode.workspace.textDocuments.some(document => document.uri.toString() === key)) this.#shown.delete(key);
  }

  dispose(): void {
    for (const part of [this.#change, ...this.#subscriptions]) part.dispose();
  }
}

/** How pages name things in VS Code. */
export const pageNames: PageNames = {
  l10n: vscode.l10n,
  pathOf: uri => vscode.workspace.asRelativePath(vscode.Uri.parse(uri, true)),
  timeOf: time => new Date(time).toLocaleString(),
};

function targetOf(action: PageAction): vscode.Uri {
  if (action.kind === "command") {
    const { command, arguments: args = [] } = action.command;
    return vscode.Uri.from({ scheme: "command", path: command, query: JSON.stringify(args) });
  }
  const { start } = toRange(action.location.range);
  return vscode.Uri.parse(action.location.uri, true).with({ fragment: `L${start.line + 1},${start.character + 1}` });
}
