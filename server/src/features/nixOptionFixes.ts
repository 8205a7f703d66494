import * as l10n from "@vscode/l10n";
import { type CodeAction, CodeActionKind, type Diagnostic, type Range } from "vscode-languageserver-types";
import type { Node } from "web-tree-sitter";
import type { NixDocument } from "../syntax/document.ts";
import { ancestorsOf, bindingsOf, isSet, withoutParentheses } from "../syntax/nodes.ts";
import type { DiagnosticCode } from "./checks/codes.ts";

/** Diagnostic -> the option below `nix` that solves it. */
const missing: Partial<Record<DiagnosticCode, readonly string[]>> = {
  "builders-not-used": ["distributedBuilds"],
  "builders-use-substitutes": ["settings", "builders-use-substitutes"],
};

/** Quick fixes of diagnostics about builders, in any Nix file: an option that is set beside `nix.buildMachines`. */
export function nixOptionFixes(document: NixDocument, diagnostics: readonly Diagnostic[]): CodeAction[] {
  return diagnostics.flatMap(diagnostic => {
    const option = missing[diagnostic.code as DiagnosticCode];
    return option === undefined ? [] : settingTrue(document, diagnostic, option);
  });
}

function settingTrue(document: NixDocument, diagnostic: Diagnostic, option: readonly string[]): CodeAction[] {
  const binding = bindingAt(document, diagnostic.range);
  const set = binding && ancestorsOf(binding).find(isSet);
  const path = binding?.childForFieldName("attrpath");
  if (binding === undefined || set === undefined || !path || set.type !== "attrset_expression") return [];
  // The option's last segment is that of the diagnostic.
  const before = path.text.slice(0, -"buildMachines".length);
  if (!/^(?:[\w'-]+\.)*$/.test(before)) return [];
  const wanted = [...before.split(".").filter(Boolean), ...option];
  if (bindingsOf(set).some(({ path: other, value }) => isInTheWay(other, value, wanted))) return [];
  const text = `${wanted.join(".")} = true;`;
  const { start } = document.rangeOf(binding);
  const line = document.text.slice(document.offsetAt({ line: start.line, character: 0 }), binding.startIndex);
  const newText = /^[ \t]*$/.test(line) ? `${text}\n${line}` : `${text} `;
  const edit = { range: { start, end: start }, newText };
  return [
    {
      title: l10n.t("Set {0}", text.slice(0, -1)),
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      isPreferred: true,
      edit: { changes: { [document.uri]: [edit] } },
    },
  ];
}

/** The binding of whose path a range is the last segment. */
function bindingAt(document: NixDocument, { start, end }: Range): Node | undefined {
  const [from, to] = [document.offsetAt(start), document.offsetAt(end)];
  const name = to > from ? document.root.descendantForIndex(from, to - 1) : null;
  if (name?.text !== "buildMachines") return undefined;
  const [attrpath, binding] = ancestorsOf(name);
  return attrpath?.type === "attrpath" && binding?.type === "binding" ? binding : undefined;
}

/** Whether a binding sets the option already, or something around it that is not a plain set, which Nix would not merge. */
function isInTheWay(
  path: readonly (string | undefined)[],
  value: Node | undefined,
  wanted: readonly string[],
): boolean {
  const shared = path.slice(0, wanted.length);
  if (!shared.every((name, index) => name === wanted[index])) return path.includes(undefined);
  return path.length >= wanted.length || value === undefined || withoutParentheses(value).type !== "attrset_expression";
}
