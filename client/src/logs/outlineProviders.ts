import * as vscode from "vscode";
import { linesOf } from "./linesOf.ts";
import { foldsOf, type LogSymbol, outlineOf } from "./outline.ts";

const kinds = { derivation: vscode.SymbolKind.Package, phase: vscode.SymbolKind.Function } as const;

/** Shows the phases of a log in the outline. */
export class LogOutline implements vscode.DocumentSymbolProvider {
  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    const lines = linesOf(document);
    return outlineOf(lines).map(symbol => toSymbol(symbol, lines));
  }
}

function toSymbol({ kind, name, start, end, children }: LogSymbol, lines: readonly string[]): vscode.DocumentSymbol {
  const endOf = (line: number) => new vscode.Position(line, lines[line]?.length ?? 0);
  const first = new vscode.Position(start, 0);
  const whole = new vscode.Range(first, endOf(end));
  const symbol = new vscode.DocumentSymbol(name, "", kinds[kind], whole, new vscode.Range(first, endOf(start)));
  symbol.children = children.map(child => toSymbol(child, lines));
  return symbol;
}

/** Makes the phases of a log foldable. */
export class PhaseFolding implements vscode.FoldingRangeProvider {
  provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] {
    const folds = foldsOf(linesOf(document));
    return folds.map(({ start, end }) => new vscode.FoldingRange(start, end, vscode.FoldingRangeKind.Region));
  }
}
