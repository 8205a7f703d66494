import * as vscode from "vscode";
import type { LanguageServer } from "../languageServer.ts";
import { languageIds, logScheme } from "../manifest.ts";
import type { BuildsStore } from "../views/builds/buildsStore.ts";
import { Ticker } from "../views/ticker.ts";
import { emptyLog } from "./emptyLog.ts";
import { type LogAddress, logAddress, logUri } from "./logAddress.ts";
import { LogText } from "./logText.ts";
import { PhaseFolding } from "./phaseFolding.ts";
import { Tail } from "./tail.ts";

/** How often an open log is read on (ms), and how many pages at most each time. */
const period = 500;
const pages = 5;

/** Build logs as read-only documents. One that can be seen is followed while it grows. */
export class LogDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #server: LanguageServer;
  readonly #builds: BuildsStore;
  readonly #logs = new Map<string, LogText>();
  readonly #reading = new Set<string>();
  readonly #change = new vscode.EventEmitter<vscode.Uri>();
  readonly #ticker = new Ticker(period, () => this.#follow());
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly onDidChange = this.#change.event;

  constructor(server: LanguageServer, builds: BuildsStore) {
    this.#server = server;
    this.#builds = builds;
    this.#subscriptions = [
      new Tail(),
      vscode.workspace.registerTextDocumentContentProvider(logScheme, this),
      vscode.languages.registerFoldingRangeProvider({ scheme: logScheme }, new PhaseFolding()),
      vscode.workspace.onDidOpenTextDocument(document => this.#opened(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#closed(uri)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#schedule()),
    ];
  }

  /** Shows a log in an editor. `atEnd`: its newest lines are what matters. */
  async open(address: LogAddress, atEnd: boolean): Promise<vscode.TextEditor> {
    const document = await vscode.workspace.openTextDocument(logUri(address));
    const editor = await vscode.window.showTextDocument(document, { preview: true });
    if (atEnd) editor.revealRange(document.lineAt(document.lineCount - 1).range);
    return editor;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const log = this.#logs.get(uri.toString()) ?? this.#add(uri);
    if (log.text === "" && !log.done) await log.advance(pages);
    return this.#content(uri, log);
  }

  #add(uri: vscode.Uri): LogText {
    const { id, derivation } = logAddress(uri);
    const log = new LogText(offset => this.#server.request("morph/buildLog", { id, derivation, offset }));
    this.#logs.set(uri.toString(), log);
    return log;
  }

  #content(uri: vscode.Uri, log: LogText): string {
    if (log.text === "") return emptyLog(this.#builds.summary(logAddress(uri).id), vscode.l10n);
    if (log.leftOut === 0) return log.text;
    return `${vscode.l10n.t("({0} earlier lines are left out)", log.leftOut)}\n${log.text}`;
  }

  #opened(document: vscode.TextDocument): void {
    if (document.uri.scheme !== logScheme || document.languageId === languageIds.buildLog) return;
    void vscode.languages.setTextDocumentLanguage(document, languageIds.buildLog);
  }

  #closed(uri: vscode.Uri): void {
    // A document whose language changes is closed and opened again.
    const key = uri.toString();
    if (!vscode.workspace.textDocuments.some(document => document.uri.toString() === key)) this.#logs.delete(key);
  }

  #visible(): readonly vscode.Uri[] {
    const uris = vscode.window.visibleTextEditors.map(({ document }) => document.uri);
    return uris.filter(uri => uri.scheme === logScheme && this.#logs.get(uri.toString())?.done === false);
  }

  #schedule(): void {
    this.#ticker.run(this.#visible().length > 0);
  }

  #follow(): void {
    for (const uri of this.#visible()) void this.#readOn(uri);
    this.#schedule();
  }

  async #readOn(uri: vscode.Uri): Promise<void> {
    const key = uri.toString();
    const log = this.#logs.get(key);
    if (log === undefined || this.#reading.has(key)) return;
    this.#reading.add(key);
    // Without a server it is tried again: the next one knows the log as well.
    const grown = await log.advance(pages).catch(() => false);
    this.#reading.delete(key);
    if (grown) this.#change.fire(uri);
  }

  dispose(): void {
    for (const part of [this.#ticker, this.#change, ...this.#subscriptions]) part.dispose();
  }
}
