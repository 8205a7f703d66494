import { t } from "@vscode/l10n";
import type { Diagnostic, DiagnosticSeverity } from "vscode-languageserver-types";
import type { Network, Problem } from "../protocol.ts";
import type { NixDocument } from "../syntax/document.ts";
import { errorNodes, mayBeGrammarGap } from "../syntax/errors.ts";

const severities: Readonly<Record<Problem["severity"], DiagnosticSeverity>> = { error: 1, warning: 2, info: 3 };

/** A problem that has a place in the document, as editors show it. */
export function diagnosticOf({ code, severity, message, detail, location }: Problem): Diagnostic[] {
  if (location === undefined) return [];
  const text = detail === undefined ? message : `${message}\n${detail}`;
  return [{ range: location.range, severity: severities[severity], code, source: "morph", message: text }];
}

/** What is wrong with the network itself, as far as its text tells. */
export function networkDiagnostics(network: Network): Diagnostic[] {
  return network.problems.flatMap(diagnosticOf);
}

/** The syntax errors that our grammar sees; none where it may be wrong. Nix's own parser, where it is at hand, knows better. */
export function grammarDiagnostics(document: NixDocument): Diagnostic[] {
  if (!document.root.hasError || mayBeGrammarGap(document.text)) return [];
  return errorNodes(document.root).map(node => ({
    range: node.isMissing
      ? document.rangeOf(node)
      : document.rangeAt(node.startIndex, firstLineEnd(node.startIndex, node.text)),
    severity: 1,
    code: "syntax-error",
    source: "morph",
    message: node.isMissing ? t("Syntax error: '{0}' is missing.", node.type) : t("Syntax error."),
  }));
}

function firstLineEnd(start: number, text: string): number {
  const line = text.indexOf("\n");
  return start + (line === -1 ? text.length : line);
}
