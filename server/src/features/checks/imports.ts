import * as l10n from "@vscode/l10n";
import type { Node } from "web-tree-sitter";
import { attributePathOf } from "../../syntax/attributePath.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { ancestorsOf } from "../../syntax/nodes.ts";
import { plainPaths } from "../names/target.ts";
import type { Remark } from "./codes.ts";

/** Whether the file of a path literal is missing; false if unknown. */
export type IsMissing = (path: string) => boolean;

/** Imports of files that do not exist. A file that the text checks with `pathExists` may be missing. */
export function importRemarks(document: NixDocument, isMissing: IsMissing): Remark[] {
  return plainPaths(document)
    .filter(node => isMissing(node.text) && isImported(node))
    .filter(
      node => !document.text.includes(`pathExists ${node.text}`) && !document.text.includes(`pathExists (${node.text}`),
    )
    .map(node => ({
      code: "missing-import",
      range: document.rangeOf(node),
      message: l10n.t("File or folder '{0}' does not exist.", node.text),
    }));
}

/** An argument of `import`, an element of `imports`, or a machine itself. */
function isImported(path: Node): boolean {
  const around = ancestorsOf(path);
  const at = around.findIndex(({ type }) => type !== "parenthesized_expression");
  const [parent, , owner] = around.slice(at === -1 ? around.length : at);
  if (parent?.type === "apply_expression")
    return /^(?:builtins\.)?import$/.test(parent.childForFieldName("function")?.text ?? "");
  const where = attributePathOf(path);
  if (parent?.type === "list_expression")
    return where.at(-1) === "*" && /^(?:imports|require)$/.test(where.at(-2) ?? "");
  return parent?.type === "binding" && where.length === 1 && owner?.type !== "let_expression";
}
