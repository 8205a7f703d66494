import type { NixDocument } from "../../syntax/document.ts";

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
  /** The same value, computed again by whoever asks next: what thousands of machines are need not be there together. */
  forceOnce(): Value;
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
  /** False: what was called cannot be read, as `import sources.nixpkgs { ... }`, and may do anything with its argument. */
  readonly isNixpkgs: boolean;
}

/** What only evaluation can tell. */
export interface UnknownValue {
  readonly kind: "unknown";
  /** It is something of nixpkgs, or made by that: a package, or a function for packages. */
  readonly isOfNixpkgs?: boolean | undefined;
  /** What it gives when it is called, where that tells more than nothing. */
  readonly called?: ((argument: Thunk) => Value) | undefined;
  /** What its attributes are, where that tells more than nothing. */
  readonly member?: ((name: string) => Value) | undefined;
  readonly instance?: NixpkgsInstance | undefined;
}

/** The arguments that a function names: `{ a, b ? 1, ... }:`. */
export interface Formals {
  readonly names: readonly string[];
  /** Those without a default. */
  readonly required: readonly string[];
  /** Whether it takes others as well. */
  readonly isOpen: boolean;
}

export interface FunctionValue {
  readonly kind: "function";
  /** Undefined for a function of one argument without parts, and for one that is built in. */
  readonly formals?: Formals | undefined;
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
  | UnknownValue;

export interface ListValue {
  readonly kind: "list";
  readonly items: readonly Thunk[];
}

export const unknown: UnknownValue = { kind: "unknown" };

/** What an instance of nixpkgs has besides its library. */
export const ofNixpkgs: UnknownValue = {
  kind: "unknown",
  isOfNixpkgs: true,
  called: () => ofNixpkgs,
  member: () => ofNixpkgs,
};

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
  const force = () => value;
  return { force, forceOnce: force };
}

/** So many values may be computed because each needs the next: more would take all of the stack. */
const maxForced = 1500;
let forced = 0;

/**
 * A value that is computed at most once. One that needs itself is unknown, as Nix would not end.
 *
 * @throws RangeError, which a budget turns into something unknown, where a value needs too many others.
 */
export function lazy(compute: () => Value): Thunk {
  return new Lazy(compute);
}

class Lazy implements Thunk {
  #compute: (() => Value) | undefined;
  #value: Value = unknown;

  constructor(compute: () => Value) {
    this.#compute = compute;
  }

  force(): Value {
    if (this.#compute !== undefined) this.#value = this.#computed(this.#compute);
    return this.#value;
  }

  forceOnce(): Value {
    const compute = this.#compute;
    if (compute === undefined) return this.#value;
    const value = this.#computed(compute);
    this.#compute = compute;
    return value;
  }

  /** While it is computed, it is unknown to itself. */
  #computed(compute: () => Value): Value {
    if (forced >= maxForced) throw new RangeError("too many values need each other");
    this.#compute = undefined;
    forced++;
    try {
      return compute();
    } finally {
      forced--;
    }
  }
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

/** A set that is called gives what to call instead, and that may be a set again: so often, and not for ever. */
const maxFunctors = 50;

/** Applies a value that may be no function. */
export function apply(callee: Value, ...args: readonly Thunk[]): Value {
  let functors = 0;
  const applied = (result: Value, argument: Thunk): Value => {
    if (result.kind === "function") return result.apply(argument);
    if (result.kind === "unknown") return result.called?.(argument) ?? unknown;
    const functor = result.kind === "set" ? result.attributes.get("__functor") : undefined;
    if (functor === undefined || ++functors > maxFunctors) return unknown;
    return applied(applied(functor.thunk.force(), known(result)), argument);
  };
  return args.reduce(applied, callee);
}

/** An attribute of a value that may be no set; undefined when the value certainly has none. */
export function select(from: Value, name: string): Value | undefined {
  if (from.kind === "unknown") return from.member?.(name) ?? unknown;
  if (from.kind !== "set") return undefined;
  return from.attributes.get(name)?.thunk.force() ?? missing(from);
}

/** What an attribute is that a set is not known to have. */
export function missing({ complete, instance }: SetValue): Value | undefined {
  if (complete) return undefined;
  return instance === undefined ? unknown : ofNixpkgs;
}

/** The text of a string, or of a path where Nix would take it for one; undefined for anything else. */
export function textOf(value: Value): string | undefined {
  if (value.kind === "string") return value.text;
  if (value.kind === "path") return value.path;
  return undefined;
}
