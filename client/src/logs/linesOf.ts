import type * as vscode from "vscode";

interface Lines {
  readonly version: number;
  readonly lines: readonly string[];
}

const known = new WeakMap<vscode.TextDocument, Lines>();

/** The lines of a document, split once and cached. */
export function linesOf(document: vscode.TextDocument): readonly string[] {
  const { version } = document;
  const last = known.get(document);
  if (last?.version === version) return last.lines;
  const lines = document.getText().split(/\r?\n/);
  known.set(document, { version, lines });
  return lines;
}
