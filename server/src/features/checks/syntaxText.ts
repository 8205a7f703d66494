import * as l10n from "@vscode/l10n";
import type { SyntaxFault } from "../../syntax/strict/grammar.ts";
import type { TokenKind } from "../../syntax/strict/lexer.ts";

/** Longer names are truncated (characters). */
const maxName = 100;

/** The message of a syntax error. @param lineOf the line of an offset, counted from 1. */
export function faultText(fault: SyntaxFault, lineOf: (offset: number) => number): string {
  switch (fault.kind) {
    case "unexpected":
      return unexpectedText(tokenText(fault.found), fault.expected.map(tokenText));
    case "trailing slash":
      return l10n.t("A path must not end with a slash.");
    case "invalid number":
      return l10n.t("The number is too large.");
    case "computed name in let":
      return l10n.t("A name in a `let` must not be computed.");
    case "computed name in inherit":
      return l10n.t("A name in an `inherit` must not be computed.");
    case "duplicate attribute":
      return l10n.t("Attribute '{0}' is already defined on line {1}.", cut(fault.name), lineOf(fault.first));
    case "duplicate argument":
      return l10n.t("The function has two arguments named '{0}'.", cut(fault.name));
    case "unbound name":
      return l10n.t("Undefined variable '{0}'.", cut(fault.name));
  }
}

function unexpectedText(found: string, expected: readonly string[]): string {
  const [first, ...others] = expected;
  if (first === undefined) return l10n.t("Syntax error: unexpected {0}.", found);
  if (others.length === 0) return l10n.t("Syntax error: unexpected {0}, expected {1}.", found, first);
  return l10n.t("Syntax error: unexpected {0}, expected one of {1}.", found, expected.join(" "));
}

function cut(name: string): string {
  return name.length > maxName ? `${name.slice(0, maxName)}…` : name;
}

/** The name of a token. A keyword, operator or bracket stands for itself. */
function tokenText(kind: TokenKind): string {
  switch (kind) {
    case "end of file":
      return l10n.t("end of file");
    case "end of path":
      return l10n.t("end of a path");
    case "identifier":
      return l10n.t("name");
    case "integer":
    case "float":
      return l10n.t("number");
    case "invalid":
      return l10n.t("character");
    case "path":
    case "search path":
    case "trailing slash":
      return l10n.t("path");
    case "text":
      return l10n.t("text");
    case "URI":
      return l10n.t("URI");
    default:
      return `'${kind}'`;
  }
}
