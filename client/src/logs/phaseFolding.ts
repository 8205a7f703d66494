import * as vscode from "vscode";
import { phasesOf } from "./phases.ts";

/** Lets the phases of a derivation's log be folded. */
export class PhaseFolding implements vscode.FoldingRangeProvider {
  provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] {
    const lines = document.getText().split("\n");
    return phasesOf(lines).map(({ start, end }) => new vscode.FoldingRange(start, end, vscode.FoldingRangeKind.Region));
  }
}
