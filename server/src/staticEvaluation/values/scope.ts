import { missing, type Thunk, unknown, type Value } from "./value.ts";

/** The names that are visible at a position in the text. */
export interface Scope {
  readonly parent?: Scope | undefined;
  readonly names?: ReadonlyMap<string, Thunk> | undefined;
  /** The set of a `with`. */
  readonly with?: Thunk | undefined;
}

/** The value of a name. Names of `let`, `rec` and functions take precedence over those of any `with`, even an inner one. */
export function lookup(scope: Scope, name: string): Value {
  for (let current: Scope | undefined = scope; current !== undefined; current = current.parent) {
    const found = current.names?.get(name);
    if (found !== undefined) return found.force();
  }
  for (let current: Scope | undefined = scope; current !== undefined; current = current.parent) {
    if (current.with === undefined) continue;
    const around = current.with.force();
    if (around.kind !== "set") return around.kind === "unknown" ? around : unknown;
    const attribute = around.attributes.get(name);
    if (attribute !== undefined) return attribute.thunk.force();
    // Its unknown part may have the name.
    if (!around.complete) return missing(around) ?? unknown;
  }
  return unknown;
}
