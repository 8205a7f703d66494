import type { Diagnostic } from "vscode-languageserver-types";

/** What is published for a file: what its text shows, and what evaluations and builds have found. */
export function mergedDiagnostics(checked: readonly Diagnostic[], failures: readonly Diagnostic[]): Diagnostic[] {
  const failed = new Set(failures.map(({ range }) => range.start.line));
  const broken = new Set(
    checked.flatMap(({ code, severity, range }) =>
      code === "syntax-error" && severity === 1 ? [range.start.line] : [],
    ),
  );
  return [
    // A machine that cannot be evaluated cannot be deployed, either.
    ...checked.filter(({ code, range }) => code !== "not-deployable" || !failed.has(range.start.line)),
    // The text shows the same error, and is checked at each edit.
    ...failures.filter(
      ({ message, range }) => !(/\bsyntax error\b/.test(String(message)) && broken.has(range.start.line)),
    ),
  ];
}
