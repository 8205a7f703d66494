import type { Diagnostic, DiagnosticSeverity } from "vscode-languageserver-types";

/** The values of setting `morph.diagnostics.severity`. */
export type Severity = "error" | "warning" | "information" | "hint" | "off";

/** The code of every diagnostic about a network's text -> its default severity. */
export const defaultSeverities = {
  "syntax-error": "error",
  "duplicate-machine": "error",
  "too-many-machines": "warning",
  "unquoted-dotted-name": "warning",
  "unknown-system": "warning",
  "ineffective-system": "warning",
  "conflicting-systems": "error",
  "no-system": "hint",
  "unknown-network-attribute": "warning",
  "nix-config-not-string": "error",
  "unknown-deployment-option": "warning",
  "ill-typed-option": "error",
  "missing-option": "error",
  "not-a-machine": "error",
  "network-is-function": "error",
  "unusable-name": "warning",
  "unusable-path": "warning",
  "not-deployable": "error",
  "evaluation-failed": "error",
  "hash-mismatch": "error",
  "no-builder": "error",
  "source-gone": "error",
  "missing-import": "warning",
  "unknown-tag": "warning",
  "secret-in-store": "warning",
  "unbuildable-system": "hint",
  "builder-without-systems": "error",
  "duplicate-builder": "warning",
  "builders-not-used": "warning",
  "builders-use-substitutes": "information",
  "unknown-emulated-system": "warning",
  "own-system-emulated": "warning",
  "localhost-cannot-build": "warning",
  "malformed-public-key": "error",
  "secret-key-in-text": "error",
  "substituter-without-key": "warning",
  "nix-serve-without-key": "warning",
  "signatures-not-required": "warning",
} as const satisfies Readonly<Record<string, Severity>>;

export type DiagnosticCode = keyof typeof defaultSeverities;

const numbers: Readonly<Record<Exclude<Severity, "off">, DiagnosticSeverity>> = {
  error: 1,
  warning: 2,
  information: 3,
  hint: 4,
};

/** One of our diagnostics before its severity is assigned. */
export type Remark = Omit<Diagnostic, "severity" | "source" | "code"> & { readonly code: DiagnosticCode };

export function diagnosticOfRemark(remark: Remark): Diagnostic {
  return { ...remark, severity: severityOf(remark.code, {}) ?? 3, source: "morph" };
}

/** Applies the user's severities, which may turn a diagnostic off. Diagnostics with other codes are unchanged. */
export function withSeverities(
  diagnostics: readonly Diagnostic[],
  chosen: Readonly<Record<string, string>>,
): Diagnostic[] {
  return diagnostics.flatMap(diagnostic => {
    const code = String(diagnostic.code);
    if (!Object.hasOwn(chosen, code)) return [diagnostic];
    if (chosen[code] === "off") return [];
    return [{ ...diagnostic, severity: severityOf(code, chosen) ?? diagnostic.severity ?? 1 }];
  });
}

function severityOf(code: string, chosen: Readonly<Record<string, string>>): DiagnosticSeverity | undefined {
  const defaults: Readonly<Record<string, string>> = defaultSeverities;
  const severity = chosen[code] ?? defaults[code] ?? "";
  return Object.entries(numbers).find(([name]) => name === severity)?.[1];
}
