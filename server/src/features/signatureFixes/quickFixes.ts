import * as l10n from "@vscode/l10n";
import { type CodeAction, CodeActionKind, type Diagnostic } from "vscode-languageserver-types";
import type { Node } from "web-tree-sitter";
import { names } from "../../buildMachine/names.ts";
import { knownKey } from "../../options/knownCaches.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { ancestorsOf, attributeName, childrenOf, isSet, staticString } from "../../syntax/nodes.ts";
import { stringText } from "../../syntax/quoting.ts";
import { type Assignment, assign } from "../edits/assign.ts";

/** Quick fixes of diagnostics about caches and signatures, in any Nix file: an option that is set beside the marked one. */
export function signatureFixes(document: NixDocument, diagnostics: readonly Diagnostic[]): CodeAction[] {
  return diagnostics.flatMap(diagnostic => {
    const node = nodeAt(document, diagnostic);
    if (node === undefined) return [];
    switch (diagnostic.code) {
      case "nix-serve-without-key": {
        const text = stringText(names.secretKey);
        const fix = beside(document, node, { kind: "value", path: ["secretKeyFile"], text });
        return toAction(document, diagnostic, l10n.t("Set secretKeyFile to {0}", names.secretKey), fix);
      }
      case "substituter-without-key": {
        const key = knownKey(staticString(node) ?? "");
        if (key === undefined) return [];
        const lines = [stringText(key)];
        const fix = beside(document, node, { kind: "element", path: ["trusted-public-keys"], lines });
        return toAction(document, diagnostic, l10n.t("Trust {0}", key.slice(0, key.indexOf(":"))), fix);
      }
      default:
        return [];
    }
  });
}

/** The node that a diagnostic marks. */
function nodeAt(document: NixDocument, { range: { start, end } }: Diagnostic): Node | undefined {
  const [from, to] = [document.offsetAt(start), document.offsetAt(end)];
  let node = to > from ? document.root.descendantForIndex(from, to - 1) : null;
  while (node !== null && (node.startIndex !== from || node.endIndex !== to)) {
    if (node.startIndex < from || node.endIndex > to) return undefined;
    node = node.parent;
  }
  return node ?? undefined;
}

/** The edits for an assignment in the set of the binding around a node; its path is relative to the last name of that binding. */
function beside(document: NixDocument, node: Node, { path, ...value }: Assignment) {
  const around = ancestorsOf(node);
  const binding = around.find(({ type }) => type === "binding");
  const set = binding && ancestorsOf(binding).find(isSet);
  const attrpath = binding?.childForFieldName("attrpath");
  if (set === undefined || !attrpath || set.type !== "attrset_expression") return undefined;
  const prefix = childrenOf(attrpath).slice(0, -1).map(attributeName);
  if (!prefix.every(name => name !== undefined)) return undefined;
  return assign(document, set, [{ ...value, path: [...prefix, ...path] } as Assignment]);
}

function toAction(
  document: NixDocument,
  diagnostic: Diagnostic,
  title: string,
  edits: ReturnType<typeof assign>,
): CodeAction[] {
  if (edits === undefined || edits.length === 0) return [];
  return [
    {
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      isPreferred: true,
      edit: { changes: { [document.uri]: [...edits] } },
    },
  ];
}
