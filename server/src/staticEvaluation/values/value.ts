import type { NixDocument } from "../../syntax/document.ts";

/** The position in a text that a value comes from. Offsets count UTF-16 units. */
export interface Origin {
  readonly document: NixDocument;
  readonly start: number;
  readonly end: number;
}

/** Where an attribute is defined: its name, the whole binding, and the expression after the `=`. */
export interface Definition {
  readonly name: Origin;
  readonly binding: Origin;
  readonly value?: Origin | undefined;
}

/** A value that is computed when it is first needed. */
export interface Thunk {
  force(): Value;
  /** The same value without caching it, so that the values of thousands of machines are not in memory at the same time. */
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
  /** Present if the set is an instance of nixpkgs. */
  readonly instance?: NixpkgsInstance | undefined;
}

/** `import <nixpkgs> { ... }`: its argument. */
export interface NixpkgsInstance {
  readonly argument: Thunk;
  /**
   * False: the called function cannot be read, as in `import sources.nixpkgs { ... }`, and may do anything with its argument.
   */
  readonly isNixpkgs: boolean;
}

/** A value that only a real evaluation can determine. */
export interface UnknownValue {
  readonly kind: "unknown";
  /** It comes from nixpkgs: a package, or a function for packages. */
  readonly isOfNixpkgs?: boolean | undefined;
  /** The result of calling it, if anything is known about that. */
  readonly called?: ((argument: Thunk) => Value) | undefined;
  /** Its attributes, if anything is known about them. */
  readonly member?: ((name: string) => Value) | undefined;
  readonly instance?: NixpkgsInstance | undefined;
}

/** The named arguments of a function: `{ a, b ? 1, ... }:`. */
export interface Formals {
  readonly names: readonly string[];
  /** Those without a default. */
  readonly required: readonly string[];
  /** Whether it accepts others (`...`). */
  readonly isOpen: boolean;
}

export interface FunctionValue {
  readonly kind: "function";
  /** Undefined for a function with a plain argument, and for a builtin. */
  readonly formals?: Formals | undefined;
  apply(argument: Thunk): Value;
}

/** A Nix value as far as it follows from the text; otherwise `unknown`. */
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

/** The attributes of an instance of nixpkgs other than its library. */
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

/** The longest chain of values that need each other: more would overflow the stack. */
const maxForced = 1500;
let forced = 0;

/**
 * A value that is computed at most once. One that depends on itself is unknown: Nix would fail.
 *
 * @throws RangeError if a value depends on too long a chain of others; a budget turns it into an unknown value.
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

  /** While a value is being computed, it is unknown to itself. */
  #computed(compute: () => Value): Value {
    if (forced >= maxForced) throw new RangeError("too long a chain of values that need each other");
    this.#compute = undefined;
    forced++;
    try {
      return compute();
    } finally {
      forced--;
    }
  }
}

/** A curried function of several arguments. */
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

/** The longest chain of functors: calling a set calls its `__functor`, which may be a set again. */
const maxFunctors = 50;

/** Applies a value that may not be a function. */
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

/** An attribute of a value that may not be a set; undefined if the value certainly does not have it. */
export function select(from: Value, name: string): Value | undefined {
  if (from.kind === "unknown") return from.member?.(name) ?? unknown;
  if (from.kind !== "set") return undefined;
  return from.attributes.get(name)?.thunk.force() ?? missing(from);
}

/** The value of an attribute that a set is not known to have. */
export function missing({ complete, instance }: SetValue): Value | undefined {
  if (complete) return undefined;
  return instance === undefined ? unknown : ofNixpkgs;
}

/** The text of a string or a path; undefined for anything else. */
export function textOf(value: Value): string | undefined {
  if (value.kind === "string") return value.text;
  if (value.kind === "path") return value.path;
  return undefined;
}
