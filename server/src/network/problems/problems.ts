import * as l10n from "@vscode/l10n";
import type { Range } from "vscode-languageserver-types";
import type { Node } from "web-tree-sitter";
import { reservedNames } from "../../options/reservedNames.ts";
import type { Problem } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { childrenOf, withoutParentheses } from "../../syntax/nodes.ts";

/** A network that is a function, marked at its arguments. */
export function functionProblem(document: NixDocument): Problem {
  const message = l10n.t(
    "Morph refuses a network that is a function: the file must be a set. Bind the arguments in a `let` instead.",
  );
  return problem("network-is-function", message, document, headOf(document));
}

/** A top-level attribute that cannot be a machine, and is nothing else that Morph knows. */
export function noMachine(name: string, document: NixDocument, range: Range): Problem {
  const others = [...reservedNames].map(other => `'${other}'`).join(", ");
  const message = l10n.t(
    "'{0}' is not a machine. Morph treats every attribute except {1} as a machine, and refuses the network.",
    name,
    others,
  );
  return problem("not-a-machine", message, document, range);
}

/**
 * A problem at its position in the document. A problem in another file is marked at `instead` and names that file; it is left
 * out if there is no such range.
 */
export function placed(found: Problem, document: NixDocument, instead?: Range): Problem[] {
  if (found.location?.uri === document.uri) return [found];
  if (instead === undefined) return [];
  const location = { uri: document.uri, range: instead };
  if (found.location === undefined) return [{ ...found, location }];
  const { uri, range } = found.location;
  const file = decodeURIComponent(uri.slice(uri.lastIndexOf("/") + 1));
  return [{ ...found, message: l10n.t("{0} ({1}, line {2})", found.message, file, range.start.line + 1), location }];
}

/** Removes duplicates: a helper or the defaults may cause the same problem for every machine. */
export function distinct(problems: readonly Problem[]): Problem[] {
  return [
    ...new Map(problems.map(found => [JSON.stringify([found.code, found.location, found.message]), found])).values(),
  ];
}

function problem(code: string, message: string, document: NixDocument, range: Range): Problem {
  return { code, severity: "error", message, location: { uri: document.uri, range } };
}

const wrappers: ReadonlySet<string> = new Set(["let_expression", "with_expression", "assert_expression"]);

function headOf(document: NixDocument): Range {
  const first = document.root.childForFieldName("expression") ?? childrenOf(document.root)[0];
  let node: Node | undefined = first && withoutParentheses(first);
  while (node !== undefined && wrappers.has(node.type)) {
    const body = node.childForFieldName("body");
    node = body === null ? undefined : withoutParentheses(body);
  }
  if (node?.type !== "function_expression") return document.rangeAt(0, 0);
  const heads = [node.childForFieldName("formals"), node.childForFieldName("universal")].flatMap(head => head ?? []);
  return document.rangeAt(node.startIndex, Math.max(node.startIndex, ...heads.map(head => head.endIndex)));
}
