import type { Diagnostic, DiagnosticSeverity } from "vscode-languageserver-types";
import type { Network, Problem } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { syntaxFaults } from "../../syntax/strict/read.ts";
import { faultText } from "./syntaxText.ts";

const severities: Readonly<Record<Problem["severity"], DiagnosticSeverity>> = { error: 1, warning: 2, info: 3 };

/** A problem with a position in the document as a diagnostic. */
export function diagnosticOf({ code, severity, message, detail, location }: Problem): Diagnostic[] {
  if (location === undefined) return [];
  const text = detail === undefined ? message : `${message}\n${detail}`;
  return [{ range: location.range, severity: severities[severity], code, source: "morph", message: text }];
}

/**
 * Problems of the network itself: those known from its text, and what Morph refuses. If a check reports an error on the same
 * line, only that one is shown.
 */
export function networkDiagnostics(network: Network, checks: readonly Diagnostic[] = []): Diagnostic[] {
  const all = network.problems.filter(({ location }) => location?.uri === network.uri).flatMap(diagnosticOf);
  const isRefusal = ({ code }: Diagnostic) => code === "not-deployable";
  const own = [...all.filter(each => !isRefusal(each)), ...checks];
  const wrong = new Set(own.flatMap(({ severity, range }) => (severity === 1 ? [range.start.line] : [])));
  return all.filter(each => !isRefusal(each) || !wrong.has(each.range.start.line));
}

/** Why Nix would refuse to parse the text, as far as known without running it. */
export function syntaxDiagnostics(document: NixDocument): Diagnostic[] {
  return syntaxFaults(document.text).map(fault => ({
    range: document.rangeAt(fault.start, firstLineEnd(document.text.slice(fault.start, fault.end), fault.start)),
    severity: 1,
    code: "syntax-error",
    source: "morph",
    message: faultText(fault, offset => document.rangeAt(offset, offset).start.line + 1),
  }));
}

/** Syntax errors without those that another diagnostic describes better: a machine that is defined twice. */
export function withoutRepeated(syntax: readonly Diagnostic[], others: readonly Diagnostic[]): Diagnostic[] {
  const starts = others.filter(({ code }) => code === "duplicate-machine").map(({ range }) => range.start);
  return syntax.filter(
    ({ range: { start } }) => !starts.some(other => other.line === start.line && other.character === start.character),
  );
}

function firstLineEnd(text: string, start: number): number {
  const line = text.search(/[\r\n]/);
  return start + (line === -1 ? text.length : line);
}
