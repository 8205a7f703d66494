import * as vscode from "vscode";
import { logScheme } from "../../manifest.ts";
import { decorationStyle } from "./decorationStyle.ts";
import { covers, type LineRange, widened } from "./lineRanges.ts";
import type { Span } from "./sgr.ts";
import { styleKey } from "./style.ts";

/** Number of lines above and below the visible range that are coloured in advance, for scrolling. */
const margin = 150;

/** Maximum number of spans, and of styles, in an editor at any time: a single line may have thousands. */
const maxPieces = 5000;
const maxStyles = 200;

/** The current decorations of an editor. */
interface Painted {
  readonly version: number;
  readonly lines: readonly LineRange[];
  /** The keys of their styles. */
  readonly keys: ReadonlySet<string>;
}

/** The styled spans of some lines. */
interface Pieces {
  readonly lines: readonly LineRange[];
  /** By style key. */
  readonly ranges: ReadonlyMap<string, readonly vscode.Range[]>;
  /** False if the limit was reached. */
  readonly complete: boolean;
}

/** Shows the visible part of logs in its original colours. The text itself contains no escape sequences. */
export class LogColours implements vscode.Disposable {
  readonly #spans: (document: vscode.TextDocument, line: number) => readonly Span[];
  /** By style key. */
  readonly #types = new Map<string, vscode.TextEditorDecorationType>();
  readonly #painted = new WeakMap<vscode.TextEditor, Painted>();
  readonly #subscriptions: readonly vscode.Disposable[];

  /** @param spans the styled spans of a line. */
  constructor(spans: (document: vscode.TextDocument, line: number) => readonly Span[]) {
    this.#spans = spans;
    this.#subscriptions = [
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.#look(textEditor)),
      vscode.window.onDidChangeVisibleTextEditors(editors => {
        for (const editor of editors) this.#look(editor);
      }),
    ];
  }

  /** The text of a document changed. */
  changed(uri: vscode.Uri): void {
    for (const editor of vscode.window.visibleTextEditors)
      if (editor.document.uri.toString() === uri.toString()) this.#look(editor);
  }

  #look(editor: vscode.TextEditor): void {
    const { document, visibleRanges } = editor;
    if (document.uri.scheme !== logScheme) return;
    const seen = visibleRanges.map(({ start, end }) => ({ first: start.line, last: end.line }));
    const { version, lineCount } = document;
    const painted = this.#painted.get(editor);
    if (painted?.version === version && covers(painted.lines, seen)) return;
    const wide = this.#pieces(document, widened(seen, margin, lineCount));
    const { lines, ranges: pieces } = wide.complete ? wide : this.#pieces(document, widened(seen, 0, lineCount));
    for (const key of painted?.keys ?? []) {
      const type = pieces.has(key) ? undefined : this.#types.get(key);
      if (type !== undefined) editor.setDecorations(type, []);
    }
    for (const [key, ranges] of pieces) {
      const type = this.#types.get(key);
      if (type !== undefined) editor.setDecorations(type, ranges);
    }
    this.#painted.set(editor, { version, lines, keys: new Set(pieces.keys()) });
    if (this.#types.size > maxStyles) this.#dropUnused();
  }

  #pieces(document: vscode.TextDocument, lines: readonly LineRange[]): Pieces {
    const ranges = new Map<string, vscode.Range[]>();
    let left = maxPieces;
    for (const { first, last } of lines) {
      for (let line = first; line <= last && left > 0; line++) {
        for (const { start, end, style } of this.#spans(document, line).slice(0, left)) {
          const key = styleKey(style);
          const same = ranges.get(key) ?? [];
          if (same.length === 0 && ranges.size === maxStyles) continue;
          ranges.set(key, same);
          same.push(new vscode.Range(line, start, line, end));
          left--;
          if (!this.#types.has(key))
            this.#types.set(key, vscode.window.createTextEditorDecorationType(decorationStyle(style)));
        }
      }
    }
    return { lines, ranges, complete: left > 0 };
  }

  #dropUnused(): void {
    const used = new Set(vscode.window.visibleTextEditors.flatMap(each => [...(this.#painted.get(each)?.keys ?? [])]));
    for (const [key, type] of this.#types) {
      if (used.has(key)) continue;
      type.dispose();
      this.#types.delete(key);
    }
  }

  dispose(): void {
    for (const part of [...this.#subscriptions, ...this.#types.values()]) part.dispose();
  }
}
