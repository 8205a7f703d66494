import type { Node } from "web-tree-sitter";
import type { NixDocument } from "../../syntax/document.ts";
import { bindingsOf, withoutParentheses } from "../../syntax/nodes.ts";
import { ownSet } from "../edits/insertion.ts";
import { topBindings } from "../names/machineNames.ts";

/** The literal set of options that a machine consists of, and its text. */
export interface MachineSet {
  readonly document: NixDocument;
  readonly set: Node;
}

/**
 * Where options of a machine can be inserted: in its own definition in a network, or in the file that it consists of. Undefined
 * if neither is a literal set, or if the file also belongs to another machine.
 *
 * @param imported the text that a path of the network leads to, if it is known.
 */
export function machineSet(
  document: NixDocument,
  machine: string,
  imported: (literal: string) => NixDocument | undefined,
): MachineSet | undefined {
  const all = topBindings(document);
  const [binding, ...others] = all.filter(({ path }) => path[0] === machine);
  if (binding?.value === undefined || binding.path.length > 1 || others.length > 0) return undefined;
  const literal = importedPath(binding.value);
  const users = all.filter(({ value }) => value !== undefined && importedPath(value) === literal);
  const source = literal === undefined ? document : imported(literal);
  if (source === undefined || (literal !== undefined && users.length > 1)) return undefined;
  const body = ownSet(literal === undefined ? binding.value : source.root);
  const set = body && optionsIn(body);
  return set && { document: source, set };
}

/** The path of `./web.nix` and of `import ./web.nix`. */
function importedPath(value: Node): string | undefined {
  const node = withoutParentheses(value);
  if (node.type === "path_expression") return node.text;
  const [called, argument] = [node.childForFieldName("function"), node.childForFieldName("argument")];
  if (node.type !== "apply_expression" || called?.text !== "import" || argument === null) return undefined;
  const path = withoutParentheses(argument);
  return path.type === "path_expression" ? path.text : undefined;
}

/** The part of a module that sets options: all of it, unless it has `config` or `options`. */
function optionsIn(module: Node): Node | undefined {
  const bindings = bindingsOf(module);
  const isStructured = bindings.some(({ path: [name] }) => name === "config" || name === "options");
  if (!isStructured) return module;
  const config = bindings.find(({ path }) => path.length === 1 && path[0] === "config")?.value;
  return config && ownSet(config);
}
