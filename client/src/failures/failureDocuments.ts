import * as vscode from "vscode";
import type { BuildsStore } from "../builds/store.ts";
import { failureScheme, languageIds } from "../manifest.ts";
import { revealCommand, toRange } from "../problems/location.ts";
import { failedBuildOf } from "./failureAddress.ts";
import { type FailurePage, failurePage, type PageAction } from "./failurePage.ts";

/**
 * The pages about failed builds as read-only documents: search, copying, going to a line and screen readers work as in any text. What
 * a line does is a link; the first line has the actions as lenses.
 */
export class FailureDocuments
  implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider, vscode.CodeLensProvider, vscode.Disposable
{
  readonly #builds: BuildsStore;
  readonly #change = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly onDidChange = this.#change.event;

  constructor(builds: BuildsStore) {
    this.#builds = builds;
    const pages = { scheme: failureScheme };
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(failureScheme, this),
      vscode.languages.registerDocumentLinkProvider(pages, this),
      vscode.languages.registerCodeLensProvider(pages, this),
      vscode.workspace.onDidOpenTextDocument(document => this.#opened(document)),
      // After a start, a page may be open before its build is known.
      builds.onDidLoad(() => this.#renew()),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const page = this.#page(uri);
    if (page === undefined) return vscode.l10n.t("This build was removed, or is not known yet.");
    return page.lines.map(({ text }) => text).join("\n");
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const lines = this.#page(document.uri)?.lines ?? [];
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
    return (this.#page(uri)?.actions ?? []).map(({ text, action }) => {
      if (action.kind === "location")
        return new vscode.CodeLens(top, { ...revealCommand(action.location), title: text });
      const { title, command, arguments: args = [] } = action.command;
      return new vscode.CodeLens(top, { title, command, arguments: args });
    });
  }

  #page(uri: vscode.Uri): FailurePage | undefined {
    const build = this.#builds.summary(failedBuildOf(uri));
    return build && failurePage(build, { l10n: vscode.l10n, pathOf, timeOf });
  }

  #opened(document: vscode.TextDocument): void {
    if (document.uri.scheme !== failureScheme || document.languageId === languageIds.failure) return;
    void vscode.languages.setTextDocumentLanguage(document, languageIds.failure);
  }

  #renew(): void {
    for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === failureScheme) this.#change.fire(uri);
  }

  dispose(): void {
    for (const part of [this.#change, ...this.#subscriptions]) part.dispose();
  }
}

function targetOf(action: PageAction): vscode.Uri {
  if (action.kind === "command") {
    const { command, arguments: args = [] } = action.command;
    return vscode.Uri.from({ scheme: "command", path: command, query: JSON.stringify(args) });
  }
  const { start } = toRange(action.location.range);
  return vscode.Uri.parse(action.location.uri, true).with({ fragment: `L${start.line + 1},${start.character + 1}` });
}

function pathOf(uri: string): string {
  return vscode.workspace.asRelativePath(vscode.Uri.parse(uri, true));
}

function timeOf(time: string): string {
  return new Date(time).toLocaleString();
}
