import path from "node:path";
import type { Node } from "web-tree-sitter";
import { unescapedSequence } from "../../syntax/nodes.ts";
import type { Evaluate } from "./bindings.ts";
import type { Budget } from "./budget.ts";
import type { Scope } from "./scope.ts";
import { type Origin, string, textOf, unknown, type Value } from "./value.ts";

/** The text of a string or path with its interpolations; undefined if a part is unknown. */
export function interpolated(node: Node, scope: Scope, evaluate: Evaluate, budget: Budget): string | undefined {
  let text = "";
  const parts = node.namedChildren;
  if (!budget.spend(parts.length)) return undefined;
  for (const part of parts) {
    const piece = pieceOf(part, scope, evaluate);
    if (piece === undefined || !budget.make(piece.length)) return undefined;
    text += piece;
  }
  return text;
}

function pieceOf(part: Node, scope: Scope, evaluate: Evaluate): string | undefined {
  switch (part.type) {
    case "string_fragment":
    case "path_fragment":
      return part.text;
    case "escape_sequence":
      return unescapedSequence(part.text);
    case "dollar_escape":
      return "";
    case "interpolation": {
      const expression = part.childForFieldName("expression");
      const value = expression === null ? unknown : evaluate(expression, scope);
      return textOf(value);
    }
    default:
      return undefined;
  }
}

/** The text of an indented string without the indentation that all its lines share. */
export function unindented(text: string): string {
  const lines = text.split("\n");
  if (lines[0]?.trim() === "") lines.shift();
  const indents = lines.filter(line => line.trim() !== "").map(line => line.length - line.trimStart().length);
  const shared = indents.reduce((least, indent) => Math.min(least, indent), indents[0] ?? 0);
  return lines.map(line => line.slice(Math.min(shared, line.length - line.trimStart().length))).join("\n");
}

/** Makes a path in the text absolute. @param folder the folder of the text's file. */
export function absolutePath(text: string, folder: string, origin: Origin): Value {
  return { kind: "path", path: path.posix.resolve(folder, text), origin };
}

/** `a + b` of strings and paths: as in Nix, the left side determines the type. */
export function concatenated(left: Value, right: Value, budget: Budget): Value {
  const [first, second] = [textOf(left), textOf(right)];
  if (first === undefined || second === undefined) return unknown;
  const length = first.length + second.length;
  // Concatenated strings are usually not copied; paths are.
  const made = left.kind === "path" ? length : Math.max(Math.min(first.length, second.length), length / 16);
  if (!budget.make(made)) return unknown;
  if (left.kind === "path") return { kind: "path", path: path.posix.normalize(first + second) };
  return string(first + second);
}
