import type { NixDocument } from "../syntax/document.ts";

/** Where in a text a value comes from. Offsets count UTF-16 units. */
export interface Origin {
  readonly document: NixDocument;
  readonly start: number;
  readonly end: number;
}

/** Where an attribute is defined: its name, the whole binding, and what stands behind the `=`. */
export interface Definition {
  readonly name: Origin;
  readonly binding: Origin;
  readonly value?: Origin | undefined;
}

/** A value that is computed when somebody asks, once. */
export interface Thunk {
  force(): Value;
}

export interface Attribute {
  readonly thunk: Thunk;
  readonly definition?: Definition | undefined;
}

export interface SetValue {
  readonly kind: "set";
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** False: there may be more attributes than these. */
  readonly complete: boolean;
  /** An instance of nixpkgs has the arguments that it was made with. */
  readonly instance?: NixpkgsInstance | undefined;
}

/** `import <nixpkgs> { ... }`: what it was called with. */
export interface NixpkgsInstance {
  readonly argument: Thunk;
}

export interface FunctionValue {
  readonly kind: "function";
  apply(argument: Thunk): Value;
}

/** A Nix value as far as the text tells. `unknown` is what only evaluation can tell. */
export type Value =
  | { readonly kind: "string"; readonly text: string; readonly origin?: Origin | undefined }
  | { readonly kind: "path"; readonly path: string; readonly origin?: Origin | undefined }
  /** `<nixpkgs>` */
  | { readonly kind: "searchPath"; readonly name: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "null" }
  | ListValue
  | SetValue
  | FunctionValue
  | { readonly kind: "unknown" };

export interface ListValue {
  readonly kind: "list";
  readonly items: readonly Thunk[];
}

export const unknown: Value = { kind: "unknown" };

export const nullValue: Value = { kind: "null" };

export function string(text: string, origin?: Origin): Value {
  return { kind: "string", text, origin };
}

export function bool(value: boolean): Value {
  return { kind: "bool", value };
}

export function number(value: number): Value {
  return Number.isSafeInteger(value) ? { kind: "number", value } : unknown;
}

export function list(items: readonly Thunk[]): Value {
  return { kind: "list", items };
}

export function set(attributes: ReadonlyMap<string, Attribute>, complete = true): SetValue {
  return { kind: "set", attributes, complete };
}

/** A value that is known already. */
export function known(value: Value): Thunk {
  return { force: () => value };
}

/** A value that is computed at most once. One that needs itself is unknown, as Nix would not end. */
export function lazy(compute: () => Value): Thunk {
  let state: "waiting" | "running" | "done" = "waiting";
  let value: Value = unknown;
  return {
    force() {
      if (state === "running") return unknown;
      if (state === "waiting") {
        state = "running";
        value = compute();
        state = "done";
      }
      return value;
    },
  };
}

/** A function of several arguments, one after the other. */
export function curried(arity: number, body: (...args: Thunk[]) => Value): FunctionValue {
  const take = (taken: readonly Thunk[]): FunctionValue => ({
    kind: "function",
    apply: argument => {
      const args = [...taken, argument];
      return args.length === arity ? body(...args) : take(args);
    },
  });
  return take([]);
}

/** Applies a value that may be no function. */
export function apply(callee: Value, ...args: readonly Thunk[]): Value {
  return args.reduce<Value>((result, argument) => {
    if (result.kind === "function") return result.apply(argument);
    const functor = result.kind === "set" ? result.attributes.get("__functor") : undefined;
    if (functor === undefined) return unknown;
    const self = result;
    return apply(functor.thunk.force(), known(self), argument);
  }, callee);
}

/** An attribute of a value that may be no set; undefined when the value certainly has none. */
export function select(from: Value, name: string): Value | undefined {
  if (from.kind !== "set") return from.kind === "unknown" ? unknown : undefined;
  const attribute = from.attributes.get(name);
  return attribute?.thunk.force() ?? (from.complete ? undefined : unknown);
}

/** The text of a string, or of a path where Nix would take it for one; undefined for anything else. */
export function textOf(value: Value): string | undefined {
  if (value.kind === "string") return value.text;
  if (value.kind === "path") return value.path;
  return undefined;
}
