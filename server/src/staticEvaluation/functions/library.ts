import type { Budget } from "../values/budget.ts";
import { itemsOf, joined, madeItems, mapItems, textsOf } from "../values/inspect.ts";
import { updated } from "../values/operators.ts";
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
import { builtinFunctions, filterSet, listToAttrs } from "./builtins.ts";
import type { FunctionHost } from "./host.ts";
import { overrideFunctions } from "./overrides.ts";
import { systemFunctions } from "./systems.ts";

/** The parts of nixpkgs' `lib` that networks use to define machines and set systems. The rest is unknown. */
export function nixpkgsLibrary(evaluator: FunctionHost): SetValue {
  const functions: Record<string, Value> = {
    ...builtinFunctions(evaluator),
    ...setFunctions(evaluator),
    ...listFunctions(evaluator),
    ...textFunctions(evaluator),
    ...controlFunctions(),
    ...overrideFunctions(),
  };
  const attributes = new Map<string, Attribute>(
    Object.entries(functions).map(([name, value]) => [name, { thunk: known(value) }]),
  );
  const library = set(attributes, false);
  // `lib.attrsets.mapAttrs` etc. are the same functions.
  for (const name of ["attrsets", "lists", "strings", "trivial", "modules", "lib"])
    attributes.set(name, { thunk: known(library) });
  attributes.set("systems", { thunk: known(systemFunctions()) });
  return library;
}

function setFunctions({ budget }: FunctionHost): Record<string, FunctionValue> {
  return {
    nameValuePair: curried(2, pair),
    "mapAttrs'": curried(2, (f, value) => renamedSet(f, value, budget)),
    genAttrs: curried(2, (names, f) => {
      const applied = (name: Thunk) => lazy(() => apply(f.force(), name));
      return listToAttrs(known(mapItems(names, budget, name => lazy(() => pair(name, applied(name))))), budget);
    }),
    filterAttrs: curried(2, (f, value) => keptAttributes(f, value, budget)),
    optionalAttrs: curried(2, (condition, value) => {
      const verdict = condition.force();
      if (verdict.kind === "bool") return verdict.value ? value.force() : set(new Map());
      return set(new Map(), false);
    }),
    recursiveUpdate: curried(2, (left, right) => deepUpdated(left.force(), right.force(), budget)),
    mapAttrsToList: curried(2, (f, value) => {
      const from = value.force();
      if (from.kind !== "set" || !from.complete || !budget.makeItems(from.attributes.size)) return unknown;
      const sorted = [...from.attributes].toSorted(([a], [b]) => (a < b ? -1 : 1));
      return list(sorted.map(([name, { thunk }]) => lazy(() => apply(f.force(), known(string(name)), thunk))));
    }),
    getAttrs: curried(2, (names, value) => {
      const wanted = textsOf(names);
      const kept = new Set(wanted);
      return wanted === undefined ? set(new Map(), false) : filterSet(value, budget, name => kept.has(name));
    }),
    mergeAttrsList: curried(1, sets => merged(itemsOf(sets), budget)),
    mergeAttrs: curried(2, (left, right) => updated([left.force(), right.force()], budget)),
  };
}

function listFunctions({ budget }: FunctionHost): Record<string, FunctionValue> {
  const indexed = (first: number) =>
    curried(2, (f, values) =>
      mapItems(values, budget, (item, index) => lazy(() => apply(f.force(), known(number(index + first)), item))),
    );
  return {
    optional: curried(2, (condition, value) => onCondition(condition, () => list([value]))),
    optionals: curried(2, (condition, values) => onCondition(condition, () => values.force())),
    imap0: indexed(0),
    imap1: indexed(1),
    range: curried(2, (first, last) => {
      const [from, to] = [first.force(), last.force()];
      if (from.kind !== "number" || to.kind !== "number") return unknown;
      return madeItems(Math.max(0, to.value - from.value + 1), budget, at => known(number(from.value + at)));
    }),
    flatten: curried(1, value => leaves(value, budget)),
    last: curried(1, values => itemsOf(values)?.at(-1)?.force() ?? unknown),
    singleton: curried(1, value => list([value])),
    toList: curried(1, value => (value.force().kind === "list" ? value.force() : list([value]))),
    foldl: curried(3, (f, start, values) => {
      const items = itemsOf(values);
      return items === undefined
        ? unknown
        : items.reduce((sum, item) => apply(f.force(), known(sum), item), start.force());
    }),
    foldr: curried(3, (f, end, values) => {
      const items = itemsOf(values);
      return items === undefined
        ? unknown
        : items.reduceRight((rest, item) => apply(f.force(), item, known(rest)), end.force());
    }),
  };
}

function textFunctions({ budget }: FunctionHost): Record<string, FunctionValue> {
  const ofText = (body: (argument: string, text: string) => Value) =>
    curried(2, (argument, text) => {
      const [first, second] = [textOf(argument.force()), textOf(text.force())];
      if (first === undefined || second === undefined || !budget.spendCharacters(second.length)) return unknown;
      return body(first, second);
    });
  const texts = (separator: string | undefined, values: Thunk, f?: Thunk) => {
    const items = itemsOf(values)?.map(item => textOf(f === undefined ? item.force() : apply(f.force(), item)));
    return items === undefined ? unknown : joined(separator, items, budget);
  };
  return {
    hasPrefix: ofText((prefix, text) => bool(text.startsWith(prefix))),
    hasSuffix: ofText((suffix, text) => bool(text.endsWith(suffix))),
    hasInfix: ofText((infix, text) => bool(text.includes(infix))),
    removePrefix: ofText((prefix, text) => string(text.startsWith(prefix) ? text.slice(prefix.length) : text)),
    removeSuffix: ofText((suffix, text) =>
      string(suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text),
    ),
    splitString: ofText((separator, text) => {
      const pieces = text.split(separator);
      return madeItems(pieces.length, budget, at => known(string(pieces[at] ?? "")));
    }),
    concatStrings: curried(1, values => texts("", values)),
    concatMapStrings: curried(2, (f, values) => texts("", values, f)),
    concatMapStringsSep: curried(3, (separator, f, values) => texts(textOf(separator.force()), values, f)),
    optionalString: curried(2, (condition, text) => {
      const verdict = condition.force();
      return verdict.kind === "bool" ? (verdict.value ? text.force() : string("")) : unknown;
    }),
    toLower: curried(1, text => changed(text, budget, known => known.toLowerCase())),
    toUpper: curried(1, text => changed(text, budget, known => known.toUpperCase())),
  };
}

function controlFunctions(): Record<string, FunctionValue> {
  return {
    id: curried(1, value => value.force()),
    const: curried(2, value => value.force()),
    flip: curried(3, (f, a, b) => apply(f.force(), b, a)),
    pipe: curried(2, (value, functions) => {
      const steps = itemsOf(functions);
      return steps === undefined
        ? unknown
        : steps.reduce((result, step) => apply(step.force(), known(result)), value.force());
    }),
    importJSON: curried(1, () => unknown),
    info: curried(2, (_, value) => value.force()),
    traceSeq: curried(2, (_, value) => value.force()),
    traceVal: curried(1, value => value.force()),
    traceValSeq: curried(1, value => value.force()),
    ...Object.fromEntries(
      ["traceIf", "warnIf", "warnIfNot", "throwIf", "throwIfNot"].map(name => [
        name,
        curried(3, (_condition, _message, value) => value.force()),
      ]),
    ),
  };
}

function pair(name: Thunk, value: Thunk): Value {
  return set(
    new Map([
      ["name", { thunk: name }],
      ["value", { thunk: value }],
    ]),
  );
}

/** `mapAttrs'`: the new names keep the definitions of the old ones. */
function renamedSet(f: Thunk, value: Thunk, budget: Budget): Value {
  const from = value.force();
  if (from.kind !== "set" || !budget.makeItems(from.attributes.size)) return unknown;
  const attributes = new Map<string, Attribute>();
  let { complete } = from;
  for (const [name, { thunk, definition }] of from.attributes) {
    const made = apply(f.force(), known(string(name)), thunk);
    const renamed = select(made, "name");
    if (renamed?.kind === "string")
      attributes.set(renamed.text, { thunk: lazy(() => select(made, "value") ?? unknown), definition });
    else complete = false;
  }
  return set(attributes, complete);
}

function keptAttributes(f: Thunk, value: Thunk, budget: Budget): Value {
  const from = value.force();
  if (from.kind !== "set" || !budget.makeAttributes(from.attributes.size)) return unknown;
  let { complete } = from;
  const kept = [...from.attributes].filter(([name, { thunk }]) => {
    const verdict = apply(f.force(), known(string(name)), thunk);
    if (verdict.kind !== "bool") complete = false;
    return verdict.kind === "bool" && verdict.value;
  });
  return set(new Map(kept), complete);
}

function deepUpdated(left: Value, right: Value, budget: Budget): Value {
  if (left.kind !== "set" || right.kind !== "set") return right;
  const isRoom = budget.makeAttributes(left.attributes.size) && budget.makeItems(right.attributes.size);
  if (!isRoom) return unknown;
  const attributes = new Map(left.attributes);
  for (const [name, attribute] of right.attributes) {
    const old = left.attributes.get(name);
    const thunk =
      old === undefined ? attribute.thunk : lazy(() => deepUpdated(old.thunk.force(), attribute.thunk.force(), budget));
    attributes.set(name, { thunk, definition: old?.definition ?? attribute.definition });
  }
  return set(attributes, left.complete && right.complete);
}

function merged(sets: readonly Thunk[] | undefined, budget: Budget): Value {
  return sets === undefined
    ? set(new Map(), false)
    : updated([set(new Map()), ...sets.map(next => next.force())], budget);
}

function onCondition(condition: Thunk, yes: () => Value): Value {
  const verdict = condition.force();
  if (verdict.kind !== "bool") return unknown;
  return verdict.value ? yes() : list([]);
}

/** The items of a list and of all lists nested in it. */
function leaves(value: Thunk, budget: Budget): Value {
  const found: Thunk[] = [];
  const waiting = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const items = itemsOf(next);
    if (items === undefined) found.push(next);
    else if (!budget.make(items.length)) return unknown;
    else for (let index = items.length - 1; index >= 0; index--) waiting.push(items[index] ?? known(unknown));
  }
  return list(found);
}

function changed(text: Thunk, budget: Budget, change: (text: string) => string): Value {
  const known = textOf(text.force());
  return known === undefined || !budget.make(known.length) ? unknown : string(change(known));
}
