import type { Node } from "web-tree-sitter";
import type { Machine, Network, Problem } from "../protocol.ts";
import type { NixDocument } from "../syntax/document.ts";
import { attributesAt, type Binding, bindingsOf, staticString, withoutParentheses } from "../syntax/nodes.ts";
import { literalSets } from "../syntax/values.ts";
import { deploymentOf } from "./deployment.ts";
import { duplicateMachine, isMergeable } from "./problems.ts";
import { effectiveSystem, type ModuleSet } from "./system.ts";

/** Attributes of a network that are not machines (Morph, `eval-machines.nix`). */
export const reservedNames: ReadonlySet<string> = new Set(["network", "defaults", "resources", "require", "_file"]);

/** Values that cannot be a NixOS module. */
const notModules: ReadonlySet<string> = new Set([
  "string_expression",
  "indented_string_expression",
  "integer_expression",
  "float_expression",
  "list_expression",
  "uri_expression",
  "unary_expression",
]);

/** The bindings of one name in the set that wins. */
interface Named {
  readonly set: Node;
  readonly bindings: Binding[];
  /** Whether Nix merges them all into one. */
  mergeable: boolean;
}

/** The machines of a network file as its tree shows them. Evaluates nothing. */
export function readMachines(document: NixDocument): Network {
  const { sets, complete } = literalSets(document.root);
  const bindings = sets.flatMap(set => bindingsOf(set).map(binding => ({ set, binding })));
  const common = sets.flatMap(set => attributesAt(set, ["defaults"])).flatMap(({ value }) => moduleSets(value));
  const networkPkgs = sets.flatMap(set => attributesAt(set, ["network", "pkgs"])).at(-1)?.value;
  const problems: Problem[] = [];
  const machines = new Map<string, Named>();
  let allNamed = true;
  for (const { set, binding } of bindings) {
    const name = binding.path[0];
    if (name === undefined) allNamed = false;
    else if (!reservedNames.has(name) && mayBeMachine(binding)) {
      const known = machines.get(name);
      if (known?.set === set) {
        known.mergeable &&= isMergeable(binding);
        const first = known.bindings[0];
        if (!known.mergeable && first !== undefined) problems.push(...duplicateMachine(document, name, first, binding));
        known.bindings.push(binding);
      } else machines.set(name, { set, bindings: [binding], mergeable: isMergeable(binding) });
    }
  }
  return {
    uri: document.uri,
    description: descriptionOf(sets),
    machines: [...machines].flatMap(([name, named]) => machineOf(document, name, named, common, networkPkgs)),
    complete: complete && allNamed && sets.length > 0,
    problems,
  };
}

function mayBeMachine({ path, value }: Binding): boolean {
  return path.length > 1 || value === undefined || !notModules.has(withoutParentheses(value).type);
}

function descriptionOf(sets: readonly Node[]): string | undefined {
  const value = sets.flatMap(set => attributesAt(set, ["network", "description"])).at(-1)?.value;
  return value === undefined ? undefined : staticString(value);
}

function machineOf(
  document: NixDocument,
  name: string,
  { set, bindings }: Named,
  common: readonly ModuleSet[],
  networkPkgs: Node | undefined,
): Machine[] {
  const first = bindings[0];
  const nameNode = first?.names[0];
  if (first === undefined || nameNode === undefined) return [];
  const module = moduleOf(name, set, bindings);
  return [
    {
      name,
      range: document.rangeOf(first.node),
      selectionRange: document.rangeOf(nameNode),
      system: effectiveSystem(document, module, common, networkPkgs),
      ...deploymentOf(module),
    },
  ];
}

/** Where a machine's options stand. One that is spread over `eiffel.a = ...; eiffel.b = ...;` is read from the set around. */
function moduleOf(name: string, set: Node, bindings: readonly Binding[]): readonly ModuleSet[] {
  if (bindings.some(({ path }) => path.length > 1)) return [{ set, prefix: [name] }];
  return bindings.flatMap(({ value }) => (value === undefined ? [] : moduleSets(value)));
}

function moduleSets(expression: Node): ModuleSet[] {
  return literalSets(expression).sets.map(set => ({ set, prefix: [] }));
}
