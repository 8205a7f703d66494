import { list, type Thunk, textOf, unknown, type Value } from "./value.ts";

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

export function mapItems(values: Thunk, change: (item: Thunk) => Thunk): Value {
  const items = itemsOf(values);
  return items === undefined ? unknown : list(items.map(change));
}
