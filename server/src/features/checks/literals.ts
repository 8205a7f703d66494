import type { Node } from "web-tree-sitter";
import type { OptionType } from "../../options/option.ts";
import { childrenOf, isSet, staticString, withoutParentheses } from "../../syntax/nodes.ts";

/** What kind of value a literal is; undefined for anything that only evaluation can tell. */
type Kind = "string" | "integer" | "float" | "boolean" | "null" | "list" | "set" | "path" | "function";

const kinds: Readonly<Record<string, Kind>> = {
  string_expression: "string",
  indented_string_expression: "string",
  uri_expression: "string",
  integer_expression: "integer",
  float_expression: "float",
  list_expression: "list",
  path_expression: "path",
  hpath_expression: "path",
  spath_expression: "path",
  function_expression: "function",
};

export function kindOf(value: Node): Kind | undefined {
  const node = withoutParentheses(value);
  if (isSet(node)) return "set";
  if (node.type !== "variable_expression") return kinds[node.type];
  if (node.text === "true" || node.text === "false") return "boolean";
  return node.text === "null" ? "null" : undefined;
}

/** Whether a literal cannot be a value of a type. What is not literal may be anything. */
export function isIllTyped(value: Node, type: OptionType): boolean {
  if (typeof type !== "string") {
    const text = staticString(value);
    return text === undefined ? isOther(value, ["string"]) : !type.oneOf.includes(text);
  }
  const base = type.replace(" or null", "");
  if (type !== base && kindOf(value) === "null") return false;
  switch (base) {
    case "string":
    case "integer":
    case "boolean":
    case "set":
      return isOther(value, [base]);
    case "list of strings":
      return isOther(value, ["list"]) || elements(value).some(element => isOther(element, ["string"]));
    case "list of sets":
      return isOther(value, ["list"]) || elements(value).some(element => isOther(element, ["set", "function", "path"]));
    default:
      return false;
  }
}

function isOther(value: Node, allowed: readonly Kind[]): boolean {
  const kind = kindOf(value);
  return kind !== undefined && !allowed.includes(kind);
}

function elements(value: Node): Node[] {
  const node = withoutParentheses(value);
  return node.type === "list_expression" ? childrenOf(node) : [];
}
