import * as vscode from "vscode";
import { linesOf } from "./linesOf.ts";
import { phasesOf } from "./phases.ts";

/** Lets the phases of a log be folded. */
export class PhaseFolding implements vscode.FoldingRangeProvider {
  provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] {
    const phases = phasesOf(linesOf(document));
    return phases.map(({ start, end }) => new vscode.FoldingRange(start, end, vscode.FoldingRangeKind.Region));
  }
}
