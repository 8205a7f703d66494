import * as l10n from "@vscode/l10n";
import type { Range } from "vscode-languageserver-types";
import type { Node } from "web-tree-sitter";
import type { Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { attributeName } from "../../syntax/nodes.ts";
import { namesOfMachine, topBindings } from "../names/machineNames.ts";
import { attributeText, stringText } from "../names/names.ts";
import { tagOf } from "../names/target.ts";

/** Why a machine of a network cannot be renamed, for the user; undefined when it can. */
export function obstacle(document: NixDocument, network: Network, machine: string): string | undefined {
  if (document.uri !== network.uri) return undefined;
  const names = namesOfMachine(document, network, machine);
  const places = network.machines.flatMap(({ name, selectionRange, computed }) =>
    name === machine && computed !== true ? [selectionRange] : [],
  );
  const byHand = l10n.t("The name of machine '{0}' is used for something else too: rename it by hand.", machine);
  if (names.some(node => places.some(place => isAt(document, node, place))))
    return isUsedOtherwise(document, machine, names) ? byHand : undefined;
  if (document.root.hasError) return l10n.t("The file has a syntax error: rename works once it is mended.");
  if (places.some(place => isLiterally(document, place, machine))) return byHand;
  return l10n.t("The name of machine '{0}' is computed; it does not stand in the file.", machine);
}

function isAt(document: NixDocument, node: Node, { start }: Range): boolean {
  return node.startIndex === document.offsetAt(start);
}

function isLiterally(document: NixDocument, { start, end }: Range, name: string): boolean {
  const text = document.text.slice(document.offsetAt(start), document.offsetAt(end));
  return text === name || text === attributeText(name) || text === stringText(name);
}

/**
 * Whether more hangs on a name than the machine: a variable that an `inherit` takes, or, where the name goes through a function
 * before it is the machine's, an attribute, a variable or an element of a list that is called the same.
 */
function isUsedOtherwise(document: NixDocument, name: string, names: readonly Node[]): boolean {
  const bindings = topBindings(document).filter(({ path: [first] }) => first === name);
  if (bindings.some(({ node, names: [first] }) => node.id === first?.id)) return true;
  if (bindings.length > 0) return false;
  const own = new Set(names.map(({ startIndex }) => startIndex));
  return document.root
    .descendantsOfType(["identifier", "string_expression"])
    .some(node => !own.has(node.startIndex) && attributeName(node) === name && isUse(node));
}

/** Other strings than names and elements are texts, and a tag is called as one likes. */
function isUse(node: Node): boolean {
  if (node.type === "identifier") return true;
  const where = node.parent?.type;
  if (where === "list_expression") return tagOf(node) === undefined;
  return where === "attrpath" || where === "inherited_attrs";
}
