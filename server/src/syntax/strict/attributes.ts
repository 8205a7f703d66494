import type { Span } from "./span.ts";

/** One segment of an attribute path; its name is undefined if it is computed. */
export interface Segment extends Span {
  readonly name: string | undefined;
}

/** An attribute, or a function's argument, whose name is already defined. */
export interface Duplicate extends Span {
  /** Its path within the set. */
  readonly name: string;
  /** Offset of the name's first definition. */
  readonly first: number;
}

/** The result of adding an attribute. */
export interface Added {
  readonly duplicates: Duplicate[];
  /** A `rec` set was merged with another: which names are visible to its values depends on which of the two comes first. */
  mergesRecursive: boolean;
}

interface Known {
  /** Its value if that is a literal set, because Nix merges those. */
  readonly set: AttributeSet | undefined;
  readonly at: Span;
}

/**
 * The names of a literal set, as Nix's parser collects them (Nix, `ParserState::addAttr`): `a.b = 1; a.c = 2;` and `a = { b =
 * 1; }; a = { c = 2; };` are one set; any other duplicate is refused.
 */
export class AttributeSet {
  readonly isRecursive: boolean;
  readonly #known = new Map<string, Known>();
  hasComputedNames = false;

  constructor(isRecursive = false) {
    this.isRecursive = isRecursive;
  }

  get names(): Iterable<string> {
    return this.#known.keys();
  }

  /** Adds `path = value;`. */
  add(path: readonly Segment[], value: AttributeSet | undefined): Added {
    const added: Added = { duplicates: [], mergesRecursive: false };
    const [first, last] = [path[0], path.at(-1)];
    if (first === undefined || last === undefined) return added;
    const at = { start: first.start, end: last.end };
    let set: AttributeSet = this;
    const names: string[] = [];
    for (const { name } of path.slice(0, -1)) {
      const known = name === undefined ? undefined : set.#known.get(name);
      if (name !== undefined) names.push(name);
      if (known !== undefined && known.set === undefined) {
        added.duplicates.push({ ...at, name: names.join("."), first: known.at.start });
        return added;
      }
      if (known?.set?.isRecursive) added.mergesRecursive = true;
      const next = known?.set ?? new AttributeSet();
      if (name === undefined) set.hasComputedNames = true;
      else if (known === undefined) set.#known.set(name, { set: next, at });
      set = next;
    }
    if (last.name === undefined) set.hasComputedNames = true;
    else set.#define([...names, last.name], { set: value, at }, added);
    return added;
  }

  #define(path: readonly string[], attribute: Known, added: Added): void {
    const name = path.at(-1) ?? "";
    const known = this.#known.get(name);
    if (known === undefined) return void this.#known.set(name, attribute);
    const { set } = known;
    if (set === undefined || attribute.set === undefined) {
      added.duplicates.push({ ...attribute.at, name: path.join("."), first: known.at.start });
      return;
    }
    if (set.isRecursive || attribute.set.isRecursive) added.mergesRecursive = true;
    for (const [inner, value] of attribute.set.#known) set.#define([...path, inner], value, added);
  }
}
