import * as l10n from "@vscode/l10n";
import type { Range } from "vscode-languageserver-types";
import type { Node } from "web-tree-sitter";
import type { Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { attributeName } from "../../syntax/nodes.ts";
import { attributeText, stringText } from "../../syntax/quoting.ts";
import { namesOfMachine, topBindings } from "../names/machineNames.ts";
import { tagOf } from "../names/target.ts";

/** The reason why a machine cannot be renamed, for the user; undefined if it can. */
export function obstacle(document: NixDocument, network: Network, machine: string): string | undefined {
  if (document.uri !== network.uri) return undefined;
  const names = namesOfMachine(document, network, machine);
  const places = network.machines.flatMap(({ name, selectionRange, computed }) =>
    name === machine && computed !== true ? [selectionRange] : [],
  );
  const byHand = l10n.t("The name of machine '{0}' is also used for something else. Rename it by hand.", machine);
  if (names.some(node => places.some(place => isAt(document, node, place))))
    return isUsedOtherwise(document, machine, names) ? byHand : undefined;
  if (document.root.hasError) return l10n.t("The file has a syntax error. Fix it before renaming.");
  if (places.some(place => isLiterally(document, place, machine))) return byHand;
  return l10n.t("The name of machine '{0}' is computed, so it cannot be renamed in the file.", machine);
}

function isAt(document: NixDocument, node: Node, { start }: Range): boolean {
  return node.startIndex === document.offsetAt(start);
}

function isLiterally(document: NixDocument, { start, end }: Range, name: string): boolean {
  const text = document.text.slice(document.offsetAt(start), document.offsetAt(end));
  return text === name || text === attributeText(name) || text === stringText(name);
}

/**
 * Whether a name is used for more than the machine: a variable in an `inherit`, or, if the name is passed to a function first,
 * an attribute, a variable or a list element with the same name.
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

/** Other strings are text, and tags are independent of machine names. */
function isUse(node: Node): boolean {
  if (node.type === "identifier") return true;
  const where = node.parent?.type;
  if (where === "list_expression") return tagOf(node) === undefined;
  return where === "attrpath" || where === "inherited_attrs";
}
