import type { Node } from "web-tree-sitter";
import type { NixDocument } from "../../syntax/document.ts";
import { bindingsOf } from "../../syntax/nodes.ts";
import { ownSet } from "../edits/insertion.ts";
import { topBindings } from "../names/machineNames.ts";

/** The literal set of options that a machine's own definition in a network consists of; undefined if there is none. */
export function machineSet(document: NixDocument, machine: string): Node | undefined {
  const [binding, ...others] = topBindings(document).filter(({ path }) => path[0] === machine);
  if (binding?.value === undefined || binding.path.length > 1 || others.length > 0) return undefined;
  const body = ownSet(binding.value);
  return body && optionsIn(body);
}

/** The part of a module that sets options: all of it, unless it has `config` or `options`. */
function optionsIn(module: Node): Node | undefined {
  const bindings = bindingsOf(module);
  const isStructured = bindings.some(({ path: [name] }) => name === "config" || name === "options");
  if (!isStructured) return module;
  const config = bindings.find(({ path }) => path.length === 1 && path[0] === "config")?.value;
  return config && ownSet(config);
}
