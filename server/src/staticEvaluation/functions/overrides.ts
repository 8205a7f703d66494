import {
  type Attribute,
  curried,
  type FunctionValue,
  known,
  number,
  set,
  string,
  type Thunk,
  type Value,
} from "../values/value.ts";

/** Priorities of nixpkgs' module system (`lib/modules.nix`): the lower one wins. */
export const priorities = { force: 50, plain: 100, default: 1000, optionDefault: 1500 } as const;

/** `mkDefault` etc.: a definition with properties, marked by `_type` as in nixpkgs. */
export function overrideFunctions(): Record<string, FunctionValue> {
  const override = (priority: Thunk, content: Thunk) => tagged("override", { priority, content });
  const withPriority = (priority: number) => curried(1, content => override(known(number(priority)), content));
  return {
    mkOverride: curried(2, override),
    mkForce: withPriority(priorities.force),
    mkDefault: withPriority(priorities.default),
    mkOptionDefault: withPriority(priorities.optionDefault),
    mkIf: curried(2, (condition, content) => tagged("if", { condition, content })),
    mkMerge: curried(1, contents => tagged("merge", { contents })),
    mkBefore: curried(1, content => content.force()),
    mkAfter: curried(1, content => content.force()),
    mkOrder: curried(2, (_, content) => content.force()),
  };
}

function tagged(type: string, fields: Record<string, Thunk>): Value {
  const attributes = Object.entries({ _type: known(string(type)), ...fields });
  return set(new Map(attributes.map(([name, thunk]): [string, Attribute] => [name, { thunk }])));
}
