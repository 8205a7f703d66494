import type { Node } from "web-tree-sitter";
import { ancestorsOf, bindingsOf, childrenOf, isSet, withoutParentheses } from "./nodes.ts";

/** The most wrappers to follow: a text may be nested without limit. */
const maxDepth = 200;

/** The most expressions in total: `let a = a // a; in a` has an unlimited number of them at any depth. */
const maxSteps = 2000;

/** The literal sets in an expression, and whether it consists only of them. */
export interface Sets {
  /** In merge order: a later one wins. */
  readonly sets: readonly Node[];
  /** False: parts of the value are not literal. */
  readonly complete: boolean;
}

const nothingKnown: Sets = { sets: [], complete: false };

/**
 * Unwraps an expression down to its sets: parentheses, function heads, `let`, `with`, `assert`, `//` and names bound by an
 * enclosing `let`. In a text with an error the set may be inside an error node; it is found as well.
 */
export function literalSets(expression: Node): Sets {
  return lookInto(expression, { steps: 0 }, 0);
}

/** The state of a search: how many expressions it has visited. */
interface Search {
  steps: number;
}

function lookInto(expression: Node, search: Search, depth: number): Sets {
  const node = withoutParentheses(expression);
  search.steps++;
  if (depth > maxDepth || search.steps > maxSteps) return nothingKnown;
  if (isSet(node)) return { sets: [node], complete: true };
  switch (node.type) {
    case "function_expression":
    case "let_expression":
    case "with_expression":
    case "assert_expression":
      return ofField(node, "body", search, depth);
    case "source_code":
      return ofField(node, "expression", search, depth);
    case "variable_expression": {
      const bound = boundByLet(node);
      return bound === undefined ? nothingKnown : lookInto(bound, search, depth + 1);
    }
    case "binary_expression":
      return merged(node, search, depth);
    default:
      return nothingKnown;
  }
}

function ofField(node: Node, field: string, search: Search, depth: number): Sets {
  const inner = node.childForFieldName(field) ?? childrenOf(node).find(isSet) ?? null;
  return inner === null ? nothingKnown : lookInto(inner, search, depth + 1);
}

function merged(node: Node, search: Search, depth: number): Sets {
  if (node.childForFieldName("operator")?.type !== "//") return nothingKnown;
  const sides = ["left", "right"].map(side => ofField(node, side, search, depth));
  return { sets: sides.flatMap(side => side.sets), complete: sides.every(side => side.complete) };
}

/**
 * The value that the nearest enclosing `let` or `rec` set binds to a name; undefined for a function's argument or an unknown
 * name.
 */
export function boundByLet(variable: Node): Node | undefined {
  const name = variable.text;
  for (const scope of ancestorsOf(variable)) {
    if (scope.type === "function_expression" && hasArgument(scope, name)) return undefined;
    if (scope.type !== "let_expression" && scope.type !== "rec_attrset_expression") continue;
    const binding = bindingsOf(scope).find(({ path }) => path.length === 1 && path[0] === name);
    if (binding !== undefined) return binding.value;
  }
  return undefined;
}

function hasArgument(lambda: Node, name: string): boolean {
  if (lambda.childForFieldName("universal")?.text === name) return true;
  const formals = lambda.childForFieldName("formals");
  return formals?.namedChildren.some(formal => formal.childForFieldName("name")?.text === name) ?? false;
}
