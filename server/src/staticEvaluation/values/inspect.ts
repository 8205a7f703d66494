import type { Budget } from "./budget.ts";
import { list, string, type Thunk, textOf, unknown, type Value } from "./value.ts";

/** The items of a list; undefined when it is none or not known. */
export function itemsOf(values: Thunk): readonly Thunk[] | undefined {
  const value = values.force();
  return value.kind === "list" ? value.items : undefined;
}

/** The texts of a list of strings; undefined when one of them is not known. */
export function textsOf(values: Thunk): string[] | undefined {
  const texts = itemsOf(values)?.map(item => textOf(item.force()));
  return texts?.every(text => text !== undefined) ? texts : undefined;
}

/** The names of a set; undefined when it is none or not all are known. */
export function namesOf(value: Thunk): string[] | undefined {
  const from = value.force();
  return from.kind === "set" && from.complete ? [...from.attributes.keys()] : undefined;
}

/** A list with other elements for those of a list. */
export function mapItems(values: Thunk, budget: Budget, change: (item: Thunk, index: number) => Thunk): Value {
  const items = itemsOf(values);
  return items !== undefined && budget.makeItems(items.length) ? list(items.map(change)) : unknown;
}

/** A list of so many elements, as far as there is room. */
export function madeItems(count: number, budget: Budget, make: (index: number) => Thunk): Value {
  return budget.makeItems(count) ? list(Array.from({ length: count }, (_, index) => make(index))) : unknown;
}

/** The lists one after the other; unknown when one of them is. */
export function flattened(lists: readonly (readonly Thunk[] | undefined)[] | undefined, budget: Budget): Value {
  const items: Thunk[] = [];
  for (const each of lists ?? []) {
    if (each === undefined || !budget.make(each.length)) return unknown;
    for (const item of each) items.push(item);
  }
  return lists === undefined ? unknown : list(items);
}

/** The texts with another between them; unknown when one of them is. */
export function joined(separator: string | undefined, texts: readonly (string | undefined)[], budget: Budget): Value {
  if (separator === undefined || !texts.every(text => text !== undefined)) return unknown;
  const length = texts.reduce((sum, text) => sum + separator.length + text.length, 0);
  return budget.make(length) ? string(texts.join(separator)) : unknown;
}
