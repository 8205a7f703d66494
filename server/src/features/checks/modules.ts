import type { Node } from "web-tree-sitter";
import type { Network } from "../../protocol.ts";
import type { AttributePath } from "../../syntax/attributePath.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { type Binding, bindingsOf, childrenOf, isSet, withoutParentheses } from "../../syntax/nodes.ts";
import { literalSets } from "../../syntax/values.ts";
import { eachTopBinding } from "../names/machineNames.ts";

/** An option that a machine's own text defines. */
export interface Definition {
  /** Its path within the module, without `config`. `*` is a list element. */
  readonly path: AttributePath;
  /** The nodes of the last segments of the path: those in this binding. */
  readonly names: readonly Node[];
  readonly value: Node;
  /** Distinguishes definitions in different literal sets: modules in a list of imports, sides of `//`. */
  readonly set: Node;
}

/** A machine's definitions, or those of `defaults`. */
export interface Module {
  readonly name: string;
  /** The text of all its bindings. */
  readonly text: string;
  /** Computed on demand. */
  readonly definitions: readonly Definition[];
}

/** A text may be nested without limit. */
const maxDepth = 30;

/**
 * What the machines of a document, and `defaults`, define below `nixpkgs` and `deployment` in literal sets: one module after
 * another, each when its last binding has been read. The nodes of all of them together would use most of the memory.
 */
export function* eachModule(document: NixDocument, network: Network): Generator<Module> {
  const left = new Map(["defaults", ...network.machines.map(({ name }) => name)].map(name => [name, 0]));
  for (const { path } of eachTopBinding(document)) {
    const count = path[0] === undefined ? undefined : left.get(path[0]);
    if (path[0] !== undefined && count !== undefined) left.set(path[0], count + 1);
  }
  const begun = new Map<string, readonly Binding[]>();
  for (const binding of eachTopBinding(document)) {
    const name = binding.path[0];
    const count = name === undefined ? 0 : (left.get(name) ?? 0);
    if (name === undefined || count === 0) continue;
    const bindings = [...(begun.get(name) ?? []), binding];
    left.set(name, count - 1);
    if (count > 1) begun.set(name, bindings);
    else {
      begun.delete(name);
      yield moduleOf(name, bindings);
    }
  }
}

function moduleOf(name: string, bindings: readonly Binding[]): Module {
  let known: readonly Definition[] | undefined;
  return {
    name,
    text: bindings.map(({ node }) => node.text).join("\n"),
    get definitions() {
      known ??= bindings.flatMap(definitionsOf);
      return known;
    },
  };
}

/**
 * The text around the machines, if their own text alone determines what they define; undefined if they may depend on each
 * other, or on other files.
 */
export function textAroundModules(document: NixDocument): string | undefined {
  const { sets, complete } = literalSets(document.root);
  const [set] = sets;
  if (set === undefined || sets.length > 1 || !complete || set.type !== "attrset_expression") return undefined;
  return document.text.slice(0, set.startIndex) + document.text.slice(set.endIndex);
}

/** The definitions in a machine's top-level binding. */
export function definitionsOf({ path, names, value, node }: Binding): Definition[] {
  if (value === undefined) return [];
  if (path.length > 1) return inBinding({ path: path.slice(1), names: names.slice(1), value, node }, [], node, 0);
  return literalSets(value).sets.flatMap(set => inSet(set, [], 0));
}

function inSet(set: Node, prefix: AttributePath, depth: number): Definition[] {
  return depth > maxDepth ? [] : bindingsOf(set).flatMap(binding => inBinding(binding, prefix, set, depth));
}

function inBinding({ path, names, value }: Binding, prefix: AttributePath, set: Node, depth: number): Definition[] {
  if (value === undefined) return [];
  const whole = [...prefix, ...path];
  const full = whole[0] === "config" ? whole.slice(1) : whole;
  if (full[0] === "imports" && full.length === 1) return importedModules(value, depth);
  if (full.length > 0 && full[0] !== "nixpkgs" && full[0] !== "deployment") return [];
  const inner = withoutParentheses(value);
  return [...(full.length === 0 ? [] : [{ path: full, names, value, set }]), ...inside(inner, full, set, depth + 1)];
}

/** The definitions below a set and the sets of a list. */
function inside(value: Node, path: AttributePath, set: Node, depth: number): Definition[] {
  if (depth > maxDepth) return [];
  if (isSet(value)) return bindingsOf(value).flatMap(binding => inBinding(binding, path, set, depth));
  if (value.type !== "list_expression") return [];
  return childrenOf(value).flatMap(element => inside(withoutParentheses(element), [...path, "*"], set, depth + 1));
}

/** Modules that are written inline in a list of imports. */
function importedModules(list: Node, depth: number): Definition[] {
  const modules = withoutParentheses(list);
  if (modules.type !== "list_expression" || depth > maxDepth) return [];
  return childrenOf(modules)
    .flatMap(module => literalSets(module).sets)
    .flatMap(set => inSet(set, [], depth + 1));
}
