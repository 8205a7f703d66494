import type { Node } from "web-tree-sitter";
import type { Evaluator } from "../../staticEvaluation/evaluator.ts";
import { itemsOf } from "../../staticEvaluation/values/inspect.ts";
import { known, select, unknown, type Value } from "../../staticEvaluation/values/value.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { childrenOf, withoutParentheses } from "../../syntax/nodes.ts";
import { boundByLet } from "../../syntax/values.ts";

/** An item of a list that an option is set to. */
export interface ListItem {
  readonly value: Value;
  /** It depends on a condition that the text does not determine. */
  readonly isConditional: boolean;
}

/** The items of a list, as far as the text determines them. */
export interface KnownItems {
  readonly items: readonly ListItem[];
  /** Whether these are all of them. */
  readonly isComplete: boolean;
}

/** A text may be nested without limit. */
const maxDepth = 50;

const nothing: KnownItems = { items: [], isComplete: false };
const none: KnownItems = { items: [], isComplete: true };

/**
 * The items of a list that an expression defines. A list whose value is unknown as a whole is taken apart: the sides of `++`, what
 * `mkIf`, `optionals`, `filter` and the like are applied to, the branches of `if`.
 */
export function knownItems(document: NixDocument, expression: Node, evaluator: Evaluator): KnownItems {
  return evaluator.budget.guard(() => new ListReader(document, evaluator).read(expression, false, 0), nothing);
}

class ListReader {
  readonly #document: NixDocument;
  readonly #evaluator: Evaluator;

  constructor(document: NixDocument, evaluator: Evaluator) {
    this.#document = document;
    this.#evaluator = evaluator;
  }

  /** @param isConditional whether what encloses the expression depends on an unknown condition. */
  read(expression: Node | null | undefined, isConditional: boolean, depth: number): KnownItems {
    if (!expression || depth > maxDepth) return nothing;
    const node = withoutParentheses(expression);
    const whole = itemsOfValue(this.#value(node), isConditional);
    if (whole !== undefined) return whole;
    const inside = (field: string) => this.read(node.childForFieldName(field), isConditional, depth + 1);
    switch (node.type) {
      case "binary_expression":
        return node.childForFieldName("operator")?.type === "++" ? joined([inside("left"), inside("right")]) : nothing;
      case "let_expression":
      case "with_expression":
        return inside("body");
      case "variable_expression":
        return this.read(boundByLet(node), isConditional, depth + 1);
      case "if_expression":
        return this.#branches(node, isConditional, depth + 1);
      case "apply_expression":
        return this.#call(callOf(node), isConditional, depth + 1);
      default:
        return nothing;
    }
  }

  #value(node: Node): Value {
    return this.#evaluator.expression(this.#document, node);
  }

  #branches(node: Node, isConditional: boolean, depth: number): KnownItems {
    const verdict = this.#verdict(node.childForFieldName("condition"));
    const branch = (name: string) =>
      this.read(node.childForFieldName(name), isConditional || verdict === undefined, depth);
    if (verdict !== undefined) return branch(verdict ? "consequence" : "alternative");
    return joined([branch("consequence"), branch("alternative")]);
  }

  #call({ name, args: [first, second] }: Call, isConditional: boolean, depth: number): KnownItems {
    switch (name) {
      case "mkForce":
      case "mkDefault":
      case "mkBefore":
      case "mkAfter":
        return this.read(first, isConditional, depth);
      case "mkOverride":
      case "mkOrder":
        return this.read(second, isConditional, depth);
      case "filter":
        return this.read(second, true, depth);
      case "mkMerge": {
        const list = first && withoutParentheses(first);
        if (list?.type !== "list_expression") return nothing;
        return joined(childrenOf(list).map(each => this.read(each, isConditional, depth)));
      }
      case "mkIf":
      case "optionals":
      case "optional": {
        const verdict = this.#verdict(first);
        if (verdict === false) return none;
        const conditional = isConditional || verdict === undefined;
        if (name !== "optional") return this.read(second, conditional, depth);
        if (second === undefined) return nothing;
        return { items: [{ value: this.#value(second), isConditional: conditional }], isComplete: true };
      }
      default:
        return nothing;
    }
  }

  /** The value of a condition; undefined if it is unknown. */
  #verdict(condition: Node | null | undefined): boolean | undefined {
    const value = condition ? this.#value(condition) : undefined;
    return value?.kind === "bool" ? value.value : undefined;
  }
}

/**
 * The items of a value: a list, or one with the properties `mkIf`, `mkMerge`, `mkOverride` (nixpkgs, `lib/modules.nix`); undefined if
 * a part of it is unknown.
 */
function itemsOfValue(value: Value, isConditional: boolean, depth = 0): KnownItems | undefined {
  const items = itemsOf(known(value));
  if (items !== undefined)
    return { items: items.map(item => ({ value: item.force(), isConditional })), isComplete: true };
  const type = value.kind === "set" ? value.attributes.get("_type")?.thunk.force() : undefined;
  if (type?.kind !== "string" || depth > maxDepth) return undefined;
  const field = (name: string) => select(value, name) ?? unknown;
  switch (type.text) {
    case "override":
      return itemsOfValue(field("content"), isConditional, depth + 1);
    case "if": {
      const condition = field("condition");
      if (condition.kind === "bool" && !condition.value) return none;
      return itemsOfValue(field("content"), isConditional || condition.kind !== "bool", depth + 1);
    }
    case "merge": {
      const parts = itemsOf(known(field("contents")))?.map(part =>
        itemsOfValue(part.force(), isConditional, depth + 1),
      );
      return parts?.every(part => part !== undefined) ? joined(parts) : undefined;
    }
    default:
      return undefined;
  }
}

function joined(parts: readonly KnownItems[]): KnownItems {
  return { items: parts.flatMap(({ items }) => items), isComplete: parts.every(({ isComplete }) => isComplete) };
}

/** `lib.f a b`: `f`, `a` and `b`. */
interface Call {
  readonly name: string | undefined;
  readonly args: readonly Node[];
}

function callOf(call: Node): Call {
  const args: Node[] = [];
  let callee: Node = call;
  while (callee.type === "apply_expression") {
    const [next, argument] = [callee.childForFieldName("function"), callee.childForFieldName("argument")];
    if (next === null || argument === null) return { name: undefined, args: [] };
    args.unshift(argument);
    callee = withoutParentheses(next);
  }
  return { name: /^(?:\w+\.)*(\w+)$/.exec(callee.text)?.[1], args };
}
