import type { Location, Position } from "vscode-languageserver-types";
import type { Node } from "web-tree-sitter";
import type { Network } from "../protocol.ts";
import type { NixDocument } from "../syntax/document.ts";
import { withoutParentheses } from "../syntax/nodes.ts";
import type { ResolvePath } from "./documentLinks.ts";
import { topBindings } from "./names/machineNames.ts";
import { tags } from "./names/references.ts";
import { isPlainPath, type Target, targetAt } from "./names/target.ts";

/**
 * The definition for a position: a path's file, a machine's binding, the file of an imported machine, the machines of a tag in
 * the network's ordering, the ordering of a machine's tag.
 */
export function definition(
  document: NixDocument,
  network: Network,
  position: Position,
  resolve: ResolvePath,
): Location[] {
  const target = targetAt(document, network, position);
  switch (target?.kind) {
    case undefined:
      return [];
    case "path":
      return fileOf(resolve(target.path));
    case "machine":
      return machineDefinition(document, network, target, resolve);
    case "tag":
      return tags(document, target.tag)
        .filter(({ of }) => of !== target.of)
        .map(({ node }) => ({ uri: document.uri, range: document.rangeOf(node) }));
  }
}

/** From `nodes.<name>` to the machine; from the machine to its imported file. */
function machineDefinition(
  document: NixDocument,
  network: Network,
  { name, node }: Extract<Target, { kind: "machine" }>,
  resolve: ResolvePath,
): Location[] {
  const bindings = document.uri === network.uri ? topBindings(document) : [];
  const bound = bindings.find(({ names: [first] }) => first?.startIndex === node.startIndex);
  const path = bound?.value === undefined || bound.path.length > 1 ? undefined : importedPath(bound.value);
  if (path !== undefined) return fileOf(resolve(path));
  const machine = network.machines.find(candidate => candidate.name === name);
  return machine === undefined ? [] : [{ uri: network.uri, range: machine.selectionRange }];
}

/** The path in `./x.nix`, `import ./x.nix` and `import ./x.nix { }`. */
function importedPath(expression: Node): string | undefined {
  let node = withoutParentheses(expression);
  if (node.type === "path_expression") return isPlainPath(node) ? node.text : undefined;
  for (let depth = 0; node.type === "apply_expression" && depth < 10; depth++) {
    const [called, argument] = [node.childForFieldName("function"), node.childForFieldName("argument")];
    if (called === null || argument === null) return undefined;
    if (/^(?:builtins\.)?import$/.test(called.text)) {
      const path = withoutParentheses(argument);
      return path.type === "path_expression" && isPlainPath(path) ? path.text : undefined;
    }
    node = withoutParentheses(called);
  }
  return undefined;
}

function fileOf(uri: string | undefined): Location[] {
  const start = { line: 0, character: 0 };
  return uri === undefined ? [] : [{ uri, range: { start, end: start } }];
}
