import * as vscode from "vscode";
import type { BuildsStore } from "../builds/store.ts";
import type { LanguageServer } from "../languageServer.ts";
import { languageIds, logScheme } from "../manifest.ts";
import { Ticker } from "../util/ticker.ts";
import { LogColours } from "./colours/logColours.ts";
import { emptyLog } from "./emptyLog.ts";
import { linesOf } from "./linesOf.ts";
import { type LogAddress, logAddress, logUri } from "./logAddress.ts";
import { LogLinks } from "./logLinks.ts";
import { LogText } from "./logText.ts";
import { OpenLog } from "./openLog.ts";
import { LogOutline, PhaseFolding } from "./outlineProviders.ts";
import { shortestPause } from "./pace.ts";
import { quotedLineIn } from "./quotedLine.ts";
import { Tail } from "./tail.ts";

/** Maximum number of pages per read. A document starts with the whole log, because appending later is far slower in VS Code. */
const pages = 1000;

/** Build logs as read-only documents. Visible ones are polled while they grow. */
export class LogDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #server: LanguageServer;
  readonly #builds: BuildsStore;
  readonly #logs = new Map<string, OpenLog>();
  /** Documents that have been visible since they were opened. */
  readonly #seen = new Set<string>();
  readonly #change = new vscode.EventEmitter<vscode.Uri>();
  readonly #colours = new LogColours(({ uri }, line) => this.#logs.get(uri.toString())?.spans(line) ?? []);
  readonly #ticker = new Ticker(shortestPause, () => this.#follow());
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly onDidChange = this.#change.event;

  constructor(server: LanguageServer, builds: BuildsStore) {
    this.#server = server;
    this.#builds = builds;
    const links = new LogLinks();
    const logs = { language: languageIds.buildLog };
    this.#subscriptions = [
      new Tail(),
      vscode.workspace.registerTextDocumentContentProvider(logScheme, this),
      links,
      vscode.languages.registerFoldingRangeProvider(logs, new PhaseFolding()),
      vscode.languages.registerDocumentSymbolProvider(logs, new LogOutline()),
      vscode.languages.registerDocumentLinkProvider(logs, links),
      vscode.workspace.onDidOpenTextDocument(document => this.#opened(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#changed(document.uri)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#closed(uri)),
      vscode.window.onDidChangeVisibleTextEditors(editors => this.#becameVisible(editors)),
    ];
  }

  /** Shows a log in an editor. @param quote a line to select, if the log contains it. */
  async open(address: LogAddress, quote?: string): Promise<vscode.TextEditor> {
    const document = await vscode.workspace.openTextDocument(logUri(address));
    const editor = await vscode.window.showTextDocument(document, { preview: true });
    const line = quote === undefined ? undefined : quotedLineIn(linesOf(editor.document), quote);
    if (line === undefined) this.#revealEnd(editor);
    else select(editor, line);
    return editor;
  }

  /** Scrolls to the end if the build or derivation is running or failed. */
  #revealEnd(editor: vscode.TextEditor): void {
    const { document } = editor;
    const { id, derivation } = logAddress(document.uri);
    const state = derivation === undefined ? undefined : this.#builds.derivation(id, derivation)?.state;
    const isOfInterest =
      derivation === undefined
        ? this.#builds.summary(id)?.state !== "succeeded"
        : state === "building" || state === "failed";
    if (isOfInterest && editor.selection.isEmpty) editor.revealRange(document.lineAt(document.lineCount - 1).range);
  }

  /** A log became visible, however it was opened. */
  #becameVisible(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) {
      const { uri } = editor.document;
      if (uri.scheme !== logScheme || this.#seen.has(uri.toString())) continue;
      this.#seen.add(uri.toString());
      this.#revealEnd(editor);
    }
    this.#schedule();
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const log = this.#logs.get(uri.toString()) ?? this.#add(uri);
    const { text } = log;
    if (text.length === 0 && !text.done) await text.advance(pages);
    const content = log.give(leftOut => vscode.l10n.t("({0} earlier lines omitted)", leftOut));
    return content === "" ? emptyLog(this.#builds.summary(logAddress(uri).id), vscode.l10n) : content;
  }

  #add(uri: vscode.Uri): OpenLog {
    const { id, derivation } = logAddress(uri);
    const read = (offset: number) => this.#server.request("morph/buildLog", { id, derivation, offset, colours: true });
    const log = new OpenLog(new LogText(read));
    this.#logs.set(uri.toString(), log);
    return log;
  }

  #opened(document: vscode.TextDocument): void {
    if (document.uri.scheme !== logScheme || document.languageId === languageIds.buildLog) return;
    void vscode.languages.setTextDocumentLanguage(document, languageIds.buildLog);
  }

  #changed(uri: vscode.Uri): void {
    if (uri.scheme !== logScheme) return;
    this.#logs.get(uri.toString())?.shown(Date.now());
    this.#colours.changed(uri);
  }

  #closed(uri: vscode.Uri): void {
    // VS Code closes and reopens a document when its language changes.
    const key = uri.toString();
    if (vscode.workspace.textDocuments.some(document => document.uri.toString() === key)) return;
    this.#logs.delete(key);
    this.#seen.delete(key);
  }

  #visible(): readonly vscode.Uri[] {
    const uris = vscode.window.visibleTextEditors.map(({ document }) => document.uri);
    return uris.filter(uri => {
      const log = uri.scheme === logScheme ? this.#logs.get(uri.toString()) : undefined;
      return log !== undefined && (log.grown || !log.text.done);
    });
  }

  #schedule(): void {
    this.#ticker.run(this.#visible().length > 0);
  }

  #follow(): void {
    for (const uri of this.#visible()) void this.#readOn(uri);
    this.#schedule();
  }

  async #readOn(uri: vscode.Uri): Promise<void> {
    const log = this.#logs.get(uri.toString());
    if (log === undefined || log.reading) return;
    log.reading = true;
    // Without a server, retry: the next one has the log as well.
    if (await log.text.advance(pages).catch(() => false)) log.grown = true;
    log.reading = false;
    if (!log.grown || !log.pace.isDue(Date.now())) return;
    log.pace.asked(Date.now());
    this.#change.fire(uri);
  }

  dispose(): void {
    for (const part of [this.#ticker, this.#change, this.#colours, ...this.#subscriptions]) part.dispose();
  }
}

function select(editor: vscode.TextEditor, line: number): void {
  const { range } = editor.document.lineAt(line);
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
}
