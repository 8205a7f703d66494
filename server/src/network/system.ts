import type { Node } from "web-tree-sitter";
import type { MachineSystem } from "../protocol.ts";
import type { NixDocument } from "../syntax/document.ts";
import { type Attribute, attributesAt, isSet, staticString, withoutParentheses } from "../syntax/nodes.ts";
import { literalSets } from "../syntax/values.ts";

/** A system that the text states. */
export interface StatedSystem {
  readonly value: string;
  readonly node: Node;
}

/** Where a module states its system, the strongest option first: nixpkgs takes `hostPlatform` before the legacy ones. */
const systemOptions: readonly (readonly string[])[] = [
  ["nixpkgs", "hostPlatform"],
  ["nixpkgs", "hostPlatform", "system"],
  ["nixpkgs", "localSystem"],
  ["nixpkgs", "localSystem", "system"],
  ["nixpkgs", "system"],
];

const overrides: ReadonlySet<string> = new Set(["mkDefault", "mkForce"]);

/** How many wrappers around a system are looked through before giving up: text can be nested without bound. */
const maxDepth = 20;

/** Nix's name of a system in what is written for one: a string, `{ system = "..."; }`, `lib.mkDefault ...`. */
export function systemIn(expression: Node, depth = 0): StatedSystem | undefined {
  if (depth > maxDepth) return undefined;
  const node = withoutParentheses(expression);
  if (isSet(node)) {
    const value = attributesAt(node, ["system"]).at(-1)?.value;
    return value === undefined ? undefined : systemIn(value, depth + 1);
  }
  if (node.type === "apply_expression") {
    const [called, argument] = [node.childForFieldName("function"), node.childForFieldName("argument")];
    if (called === null || argument === null || !overrides.has(called.text.split(".").at(-1) ?? "")) return undefined;
    return systemIn(argument, depth + 1);
  }
  const value = staticString(node);
  return value === undefined ? undefined : { value, node };
}

/** A literal set that holds a module's options below `prefix`: `[]`, or the name of `eiffel.nixpkgs.system = "...";`. */
export interface ModuleSet {
  readonly set: Node;
  readonly prefix: readonly string[];
}

/** The definitions of an option in a module, also behind a `config = { ... }` wrapper. */
export function definitions(module: readonly ModuleSet[], option: readonly string[]): Attribute[] {
  return module.flatMap(({ set, prefix }) => [
    ...attributesAt(set, [...prefix, ...option]),
    ...attributesAt(set, [...prefix, "config", ...option]),
  ]);
}

function statedIn(module: readonly ModuleSet[]): StatedSystem | undefined {
  for (const option of systemOptions) {
    const last = definitions(module, option)
      .flatMap(({ value }) => systemIn(value) ?? [])
      .at(-1);
    if (last !== undefined) return last;
  }
  return undefined;
}

/** The system of an instance of nixpkgs, from the arguments of its call: `import <nixpkgs> { system = "..."; }`. */
function systemOfInstance(expression: Node): StatedSystem | undefined {
  const node = withoutParentheses(expression);
  const argument = node.type === "apply_expression" ? node.childForFieldName("argument") : null;
  if (argument === null) return undefined;
  for (const { value } of ["crossSystem", "localSystem", "system"].flatMap(name =>
    literalSets(argument).sets.flatMap(set => attributesAt(set, [name])),
  )) {
    const stated = systemIn(value);
    if (stated !== undefined) return stated;
  }
  return undefined;
}

/** An instance of nixpkgs that is handed to a machine, and so decides its system whatever the machine's own text states. */
export interface NixpkgsInstance {
  readonly by: "network.pkgs" | "nixpkgs.pkgs";
  readonly expression: Node;
}

/**
 * The effective system of a machine. What a machine states itself comes before `defaults`; `nixpkgs.pkgs` and `network.pkgs`
 * make both ineffective (nixpkgs ignores its system options when it is given an instance).
 */
export function effectiveSystem(
  document: NixDocument,
  machine: readonly ModuleSet[],
  defaults: readonly ModuleSet[],
  networkPkgs: Node | undefined,
): MachineSystem {
  const own = statedIn(machine);
  const common = statedIn(defaults);
  const stated = own ?? common;
  const instance = instanceFor(machine, defaults, networkPkgs);
  const locate = (node: Node) => ({ uri: document.uri, range: document.rangeOf(node) });
  if (instance === undefined) {
    if (stated === undefined) return { origin: "unstated" };
    return { value: stated.value, origin: own === undefined ? "defaults" : "stated", location: locate(stated.node) };
  }
  const given = systemOfInstance(instance.expression);
  return {
    value: given?.value,
    origin: instance.by,
    location: locate(given?.node ?? instance.expression),
    overridden:
      stated === undefined || stated.value === given?.value
        ? undefined
        : { value: stated.value, by: instance.by, location: locate(stated.node) },
  };
}

function instanceFor(
  machine: readonly ModuleSet[],
  defaults: readonly ModuleSet[],
  networkPkgs: Node | undefined,
): NixpkgsInstance | undefined {
  const own = definitions([...defaults, ...machine], ["nixpkgs", "pkgs"]).at(-1);
  if (own !== undefined) return { by: "nixpkgs.pkgs", expression: own.value };
  return networkPkgs === undefined ? undefined : { by: "network.pkgs", expression: networkPkgs };
}
