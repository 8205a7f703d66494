import { missing, type Thunk, unknown, type Value } from "./value.ts";

/** Names that are visible at a place of the text. */
export interface Scope {
  readonly parent?: Scope | undefined;
  readonly names?: ReadonlyMap<string, Thunk> | undefined;
  /** What a `with` brings into sight. */
  readonly with?: Thunk | undefined;
}

/** What a name stands for. Names of `let`, `rec` and functions come before those of any `with`, wherever it stands. */
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
    // It may have the name without our knowing.
    if (!around.complete) return missing(around) ?? unknown;
  }
  return unknown;
}
