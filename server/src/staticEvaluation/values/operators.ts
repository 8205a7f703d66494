import type { Budget } from "./budget.ts";
import { concatenated } from "./strings.ts";
import { bool, list, number, set, type Thunk, unknown, type Value } from "./value.ts";

/** A binary operator. Sides are evaluated only as far as needed. */
export function operate(operator: string, left: Thunk, right: Thunk, budget: Budget): Value {
  switch (operator) {
    case "//":
      return updated([left.force(), right.force()], budget);
    case "++":
      return appended(left.force(), right.force(), budget);
    case "+":
      return added(left.force(), right.force(), budget);
    case "==":
    case "!=": {
      const equal = equals(left.force(), right.force(), budget);
      return equal === undefined ? unknown : bool(equal === (operator === "=="));
    }
    case "&&":
    case "||":
    case "->":
      return logical(operator, left.force(), right);
    default:
      return arithmetic(operator, left.force(), right.force(), budget);
  }
}

/** `!` and `-`. */
export function negated(operator: string, value: Value): Value {
  if (operator === "!" && value.kind === "bool") return bool(!value.value);
  return operator === "-" && value.kind === "number" ? number(-value.value) : unknown;
}

/** `a // b // c`. If one of them is unknown, the names of the others are still known, but the set is incomplete. */
export function updated(values: readonly Value[], budget: Budget): Value {
  const sides = values.flatMap(side => (side.kind === "set" ? [side] : []));
  if (sides.length === 0) return unknown;
  const isRoom = budget.makeAttributes(sides.reduce((sum, { attributes }) => sum + attributes.size, 0));
  const attributes = new Map(isRoom ? sides.flatMap(side => [...side.attributes]) : []);
  // Attributes that an unknown right side might replace keep their names.
  return set(attributes, isRoom && sides.length === values.length && sides.every(({ complete }) => complete));
}

function appended(left: Value, right: Value, budget: Budget): Value {
  if (left.kind !== "list" || right.kind !== "list") return unknown;
  return budget.make(left.items.length + right.items.length) ? list([...left.items, ...right.items]) : unknown;
}

function added(left: Value, right: Value, budget: Budget): Value {
  if (left.kind === "number" && right.kind === "number") return number(left.value + right.value);
  return concatenated(left, right, budget);
}

function logical(operator: string, left: Value, right: Thunk): Value {
  if (left.kind !== "bool") return unknown;
  if (operator === "&&" && !left.value) return bool(false);
  if ((operator === "||" && left.value) || (operator === "->" && !left.value)) return bool(true);
  const value = right.force();
  return value.kind === "bool" ? value : unknown;
}

function arithmetic(operator: string, left: Value, right: Value, budget: Budget): Value {
  if (left.kind === "string" && right.kind === "string")
    return budget.spendCharacters(left.text.length) ? compared(operator, left.text, right.text) : unknown;
  if (left.kind !== "number" || right.kind !== "number") return unknown;
  const [a, b] = [left.value, right.value];
  if (operator === "-") return number(a - b);
  if (operator === "*") return number(a * b);
  if (operator === "/") return b === 0 ? unknown : number(Math.trunc(a / b));
  return compared(operator, a, b);
}

function compared<T extends string | number>(operator: string, a: T, b: T): Value {
  if (operator === "<") return bool(a < b);
  if (operator === "<=") return bool(a <= b);
  if (operator === ">") return bool(a > b);
  return operator === ">=" ? bool(a >= b) : unknown;
}

/** Whether two values are equal; undefined if unknown. */
export function equals(left: Value, right: Value, budget: Budget): boolean | undefined {
  if (left.kind === "unknown" || right.kind === "unknown") return undefined;
  if (left.kind !== right.kind) return false;
  if (left.kind === "null") return true;
  if (left.kind === "string" && right.kind === "string")
    return budget.spendCharacters(left.text.length) ? left.text === right.text : undefined;
  if (left.kind === "path" && right.kind === "path") return left.path === right.path;
  if ((left.kind === "number" || left.kind === "bool") && left.kind === right.kind) return left.value === right.value;
  return undefined;
}
