import type { Budget } from "./budget.ts";
import { list, string, type Thunk, textOf, unknown, type Value } from "./value.ts";

/** The items of a list; undefined if the value is not a list or unknown. */
export function itemsOf(values: Thunk): readonly Thunk[] | undefined {
  const value = values.force();
  return value.kind === "list" ? value.items : undefined;
}

/** The strings of a list; undefined if one of them is unknown. */
export function textsOf(values: Thunk): string[] | undefined {
  const texts = itemsOf(values)?.map(item => textOf(item.force()));
  return texts?.every(text => text !== undefined) ? texts : undefined;
}

/** The names of a set; undefined if the value is not a set or not all names are known. */
export function namesOf(value: Thunk): string[] | undefined {
  const from = value.force();
  return from.kind === "set" && from.complete ? [...from.attributes.keys()] : undefined;
}

/** Maps the items of a list. */
export function mapItems(values: Thunk, budget: Budget, change: (item: Thunk, index: number) => Thunk): Value {
  const items = itemsOf(values);
  return items !== undefined && budget.makeItems(items.length) ? list(items.map(change)) : unknown;
}

/** A list of `count` items, if there is room. */
export function madeItems(count: number, budget: Budget, make: (index: number) => Thunk): Value {
  return budget.makeItems(count) ? list(Array.from({ length: count }, (_, index) => make(index))) : unknown;
}

/** The concatenated lists; unknown if one of them is. */
export function flattened(lists: readonly (readonly Thunk[] | undefined)[] | undefined, budget: Budget): Value {
  const items: Thunk[] = [];
  for (const each of lists ?? []) {
    if (each === undefined || !budget.make(each.length)) return unknown;
    for (const item of each) items.push(item);
  }
  return lists === undefined ? unknown : list(items);
}

/** The joined strings; unknown if one of them is. */
export function joined(separator: string | undefined, texts: readonly (string | undefined)[], budget: Budget): Value {
  if (separator === undefined || !texts.every(text => text !== undefined)) return unknown;
  const length = texts.reduce((sum, text) => sum + separator.length + text.length, 0);
  return budget.make(length) ? string(texts.join(separator)) : unknown;
}
