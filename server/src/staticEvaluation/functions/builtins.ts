import path from "node:path";
import type { Budget } from "../values/budget.ts";
import { flattened, itemsOf, joined, madeItems, mapItems, namesOf, textsOf } from "../values/inspect.ts";
import { fromJson } from "../values/json.ts";
import { equals } from "../values/operators.ts";
import {
  type Attribute,
  apply,
  bool,
  curried,
  type FunctionValue,
  known,
  lazy,
  list,
  number,
  type SetValue,
  select,
  set,
  string,
  type Thunk,
  textOf,
  unknown,
  type Value,
} from "../values/value.ts";
import type { FunctionHost } from "./host.ts";

/** The `builtins.*` that networks use to define their machines. They return `unknown` for unknown arguments. */
export function builtinFunctions(evaluator: FunctionHost): Record<string, FunctionValue> {
  return {
    ...listFunctions(evaluator),
    ...setFunctions(evaluator),
    ...stringFunctions(evaluator),
    ...fileFunctions(evaluator),
    ...typeFunctions(),
    trace: curried(2, (_, value) => value.force()),
    traceVerbose: curried(2, (_, value) => value.force()),
    warn: curried(2, (_, value) => value.force()),
    addErrorContext: curried(2, (_, value) => value.force()),
    break: curried(1, value => value.force()),
    unsafeDiscardStringContext: curried(1, value => value.force()),
    seq: curried(2, (_, value) => value.force()),
    deepSeq: curried(2, (_, value) => value.force()),
    throw: curried(1, () => unknown),
    abort: curried(1, () => unknown),
  };
}

function listFunctions({ budget }: FunctionHost): Record<string, FunctionValue> {
  return {
    map: curried(2, (f, values) => mapItems(values, budget, item => lazy(() => apply(f.force(), item)))),
    filter: curried(2, (f, values) => filtered(itemsOf(values), budget, item => apply(f.force(), item))),
    genList: curried(2, (f, count) => {
      const length = count.force();
      if (length.kind !== "number" || !(length.value >= 0)) return unknown;
      return madeItems(length.value, budget, index => lazy(() => apply(f.force(), known(number(index)))));
    }),
    concatLists: curried(1, lists => flattened(itemsOf(lists)?.map(itemsOf), budget)),
    concatMap: curried(2, (f, values) =>
      flattened(
        itemsOf(values)?.map(item => itemsOf(known(apply(f.force(), item)))),
        budget,
      ),
    ),
    elem: curried(2, (value, values) => contains(value.force(), itemsOf(values), budget)),
    elemAt: curried(2, (values, index) => {
      const at = index.force();
      return at.kind === "number" ? (itemsOf(values)?.[at.value]?.force() ?? unknown) : unknown;
    }),
    head: curried(1, values => itemsOf(values)?.[0]?.force() ?? unknown),
    tail: curried(1, values => {
      const items = itemsOf(values);
      return items !== undefined && budget.make(items.length) ? list(items.slice(1)) : unknown;
    }),
    length: curried(1, values => {
      const items = itemsOf(values);
      return items === undefined ? unknown : number(items.length);
    }),
    "foldl'": curried(3, (f, start, values) => {
      const items = itemsOf(values);
      if (items === undefined) return unknown;
      return items.reduce((sum, item) => apply(f.force(), known(sum), item), start.force());
    }),
  };
}

function setFunctions({ budget }: FunctionHost): Record<string, FunctionValue> {
  return {
    attrNames: curried(1, value => {
      const names = namesOf(value);
      if (names === undefined || !budget.makeItems(names.length)) return unknown;
      return list(names.toSorted().map(name => known(string(name))));
    }),
    attrValues: curried(1, value => {
      const from = value.force();
      if (from.kind !== "set" || !from.complete || !budget.makeAttributes(from.attributes.size)) return unknown;
      return list([...from.attributes].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, { thunk }]) => thunk));
    }),
    listToAttrs: curried(1, pairs => listToAttrs(pairs, budget)),
    mapAttrs: curried(2, (f, value) =>
      mapSet(value, budget, (name, thunk) => lazy(() => apply(f.force(), known(string(name)), thunk))),
    ),
    removeAttrs: curried(2, (value, names) => {
      const texts = textsOf(names);
      const removed = new Set(texts);
      return texts === undefined ? incomplete(value) : filterSet(value, budget, name => !removed.has(name));
    }),
    intersectAttrs: curried(2, (left, right) => {
      const names = namesOf(left);
      const kept = new Set(names);
      return names === undefined ? incomplete(right) : filterSet(right, budget, name => kept.has(name));
    }),
    hasAttr: curried(2, (name, value) => {
      const from = value.force();
      const text = textOf(name.force());
      if (text === undefined || from.kind !== "set") return unknown;
      return from.attributes.has(text) ? bool(true) : from.complete ? bool(false) : unknown;
    }),
    getAttr: curried(2, (name, value) => select(value.force(), textOf(name.force()) ?? "") ?? unknown),
  };
}

function stringFunctions({ budget }: FunctionHost): Record<string, FunctionValue> {
  return {
    toString: curried(1, value => shown(value.force())),
    concatStringsSep: curried(2, (separator, values) => {
      const texts = textsOf(values);
      return texts === undefined ? unknown : joined(textOf(separator.force()), texts, budget);
    }),
    replaceStrings: curried(3, (from, to, text) => replaced(textsOf(from), textsOf(to), textOf(text.force()), budget)),
    stringLength: curried(1, text => {
      const known = textOf(text.force());
      if (known === undefined || !budget.spendCharacters(known.length)) return unknown;
      return number(Buffer.byteLength(known));
    }),
    substring: curried(3, (start, length, text) => {
      const [from, count, whole] = [start.force(), length.force(), textOf(text.force())];
      if (from.kind !== "number" || count.kind !== "number" || whole === undefined) return unknown;
      if (!budget.spendCharacters(whole.length)) return unknown;
      const end = count.value < 0 ? undefined : from.value + count.value;
      const part = Buffer.from(whole).subarray(from.value, end).toString();
      return budget.make(part.length) ? string(part) : unknown;
    }),
    fromJSON: curried(1, text => fromJson(textOf(text.force()))),
  };
}

function fileFunctions(evaluator: FunctionHost): Record<string, FunctionValue> {
  const at = (file: Thunk) => {
    const value = file.force();
    return value.kind === "path" ? evaluator.source(value.path) : undefined;
  };
  return {
    readDir: curried(1, folder => {
      const source = at(folder);
      if (source?.kind !== "folder") return unknown;
      return set(new Map([...source.entries].map(([name, kind]) => [name, { thunk: known(string(kind)) }])));
    }),
    readFile: curried(1, file => {
      const source = at(file);
      if (source?.kind === "text") return string(source.text);
      return source?.kind === "nix" ? string(source.document.text) : unknown;
    }),
    pathExists: curried(1, file => {
      const source = at(file);
      return source === undefined ? unknown : bool(source.kind !== "missing");
    }),
    baseNameOf: curried(1, file => baseName(file.force())),
    dirOf: curried(1, file => {
      const value = file.force();
      if (value.kind === "path") return { kind: "path", path: path.posix.dirname(value.path) };
      return value.kind === "string" ? string(path.posix.dirname(value.text)) : unknown;
    }),
    toPath: curried(1, file => {
      const text = textOf(file.force());
      return text?.startsWith("/") ? { kind: "path", path: path.posix.normalize(text) } : unknown;
    }),
  };
}

function typeFunctions(): Record<string, FunctionValue> {
  const is = (kind: Value["kind"]) =>
    curried(1, value => {
      const known = value.force();
      return known.kind === "unknown" ? unknown : bool(known.kind === kind);
    });
  return {
    isAttrs: is("set"),
    isBool: is("bool"),
    isFunction: is("function"),
    isInt: is("number"),
    isList: is("list"),
    isNull: is("null"),
    isPath: is("path"),
    isString: is("string"),
  };
}

/** The items that pass a test; unknown if the test's result is unknown for one of them. */
function filtered(items: readonly Thunk[] | undefined, budget: Budget, test: (item: Thunk) => Value): Value {
  if (items === undefined || !budget.make(items.length)) return unknown;
  const kept: Thunk[] = [];
  for (const item of items) {
    const verdict = test(item);
    if (verdict.kind !== "bool") return unknown;
    if (verdict.value) kept.push(item);
  }
  return list(kept);
}

function contains(value: Value, items: readonly Thunk[] | undefined, budget: Budget): Value {
  if (items === undefined || !budget.spendItems(items.length)) return unknown;
  const verdicts = items.map(item => equals(value, item.force(), budget));
  if (verdicts.includes(true)) return bool(true);
  return verdicts.includes(undefined) ? unknown : bool(false);
}

/** `[ { name = ...; value = ...; } ]` as a set; the first of a name wins. A name is defined where its string is written. */
export function listToAttrs(values: Thunk, budget: Budget): Value {
  const items = itemsOf(values);
  if (items === undefined || !budget.makeItems(items.length)) return unknown;
  const attributes = new Map<string, Attribute>();
  let complete = true;
  for (const item of items) {
    const pair = item.force();
    const name = select(pair, "name");
    if (name?.kind !== "string") complete = false;
    else if (!attributes.has(name.text))
      attributes.set(name.text, {
        thunk: lazy(() => select(pair, "value") ?? unknown),
        definition: name.origin && { name: name.origin, binding: name.origin },
      });
  }
  return set(attributes, complete);
}

/** A set with the same names and other values. The names keep their definitions. */
function mapSet(value: Thunk, budget: Budget, change: (name: string, thunk: Thunk) => Thunk): Value {
  const from = value.force();
  if (from.kind !== "set" || !budget.makeItems(from.attributes.size)) return unknown;
  const attributes = [...from.attributes].map(
    ([name, { thunk, definition }]) => [name, { thunk: change(name, thunk), definition }] as const,
  );
  return set(new Map(attributes), from.complete);
}

/** The attributes whose names pass `keep`. */
export function filterSet(value: Thunk, budget: Budget, keep: (name: string) => boolean): Value {
  const from = value.force();
  if (from.kind !== "set" || !budget.makeAttributes(from.attributes.size)) return unknown;
  return set(new Map([...from.attributes].filter(([name]) => keep(name))), from.complete);
}

/** A set from which unknown attributes were removed: none of its attributes is certain. */
function incomplete(value: Thunk): Value {
  const from: Value = value.force();
  return from.kind === "set" ? ({ ...from, attributes: new Map(), complete: false } satisfies SetValue) : unknown;
}

function shown(value: Value): Value {
  if (value.kind === "number") return string(String(value.value));
  if (value.kind === "bool") return string(value.value ? "1" : "");
  if (value.kind === "null") return string("");
  const text = textOf(value);
  return text === undefined ? unknown : value.kind === "string" ? value : string(text);
}

function replaced(
  from: readonly string[] | undefined,
  to: readonly string[] | undefined,
  text: string | undefined,
  budget: Budget,
): Value {
  if (from === undefined || to === undefined || text === undefined || from.length !== to.length) return unknown;
  if (from.includes("") || !budget.spendCharacters(text.length * (from.length + 1))) return unknown;
  let result = "";
  for (let index = 0; index < text.length; ) {
    const match = from.findIndex(candidate => text.startsWith(candidate, index));
    const piece = (match === -1 ? text[index] : to[match]) ?? "";
    if (!budget.make(piece.length)) return unknown;
    result += piece;
    index += match === -1 ? 1 : (from[match]?.length ?? 1);
  }
  return string(result);
}

function baseName(value: Value): Value {
  const text = textOf(value);
  return text === undefined
    ? unknown
    : string(path.posix.basename(text), value.kind === "string" ? value.origin : undefined);
}
