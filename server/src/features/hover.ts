import type { Hover, Position, Range } from "vscode-languageserver-types";
import type { Node } from "web-tree-sitter";
import { attributePathOf } from "../syntax/attributePath.ts";
import type { NixDocument } from "../syntax/document.ts";
import { ancestorsOf, attributeName, childrenOf, isSet, staticString, withoutParentheses } from "../syntax/nodes.ts";
import { fileText } from "./hovers/file.ts";
import { machineText } from "./hovers/machine.ts";
import { machineAttributeHover, optionNamed, optionText } from "./hovers/option.ts";
import { type Secret, secretOf, secretText } from "./hovers/secret.ts";
import { systemText } from "./hovers/system.ts";
import { tagText } from "./hovers/tag.ts";
import type { FeatureContext, KnownFiles } from "./names/context.ts";
import { nodeReference } from "./names/machineNames.ts";
import { contains } from "./names/ranges.ts";
import { isSystem } from "./names/systemPlace.ts";
import { isPlainPath, tagOf } from "./names/target.ts";

/** An open text and the files that it refers to. */
export interface OpenText {
  readonly document: NixDocument;
  readonly files: KnownFiles;
}

/**
 * What is known of the name or value at a position: a machine where it is defined or named (`nodes.web`), an option of Morph, a tag,
 * a system, a path, a secret. Only the nodes around the position are read, so that it does not matter how long the text is.
 *
 * @param text absent: only the definitions of machines are known.
 */
export function hover(context: FeatureContext, position: Position, text?: OpenText): Hover | null {
  const { machines } = context.network;
  const machine = machines.find(
    ({ selectionRange }) => isOneLine(selectionRange) && contains(selectionRange, position),
  );
  if (machine !== undefined) return shown(machineText(machine, context), machine.selectionRange);
  if (text === undefined) return null;
  const { document } = text;
  const offset = document.offsetAt(position);
  for (const at of [offset, offset - 1]) {
    const innermost = at < 0 ? null : document.root.descendantForIndex(at);
    const found = innermost && hoverOfNode(innermost, context, text);
    if (found) return shown(found.text, document.rangeOf(found.node));
  }
  return null;
}

interface Found {
  readonly text: string;
  readonly node: Node;
}

function hoverOfNode(innermost: Node, context: FeatureContext, text: OpenText): Found | undefined {
  const around = [innermost, ...ancestorsOf(innermost)];
  const path = around.find(({ type }) => type === "path_expression");
  if (path !== undefined) return isPlainPath(path) ? { text: fileText(path.text, text.files), node: path } : undefined;
  return (
    nodesHover(around, context) ??
    secretHover(around, text) ??
    stringHover(around, context, text) ??
    optionHover(innermost) ??
    machineAttributeHover(
      around,
      name => name === "defaults" || context.network.machines.some(machine => machine.name === name),
    )
  );
}

/** `nodes.web` */
function nodesHover(around: readonly Node[], context: FeatureContext): Found | undefined {
  const node = nodeReference(around);
  const name = node && attributeName(node);
  const machine = context.network.machines.find(each => each.name === name);
  return node === undefined || machine === undefined ? undefined : { text: machineText(machine, context), node };
}

/** A secret's name, and the string of its source. */
function secretHover(around: readonly Node[], { files }: OpenText): Found | undefined {
  const option = around[0] && optionNamed(around[0]);
  if (option?.path.length === 3 && option.path[1] === "secrets") {
    const secret = secretAt(around, option.path[2]);
    return secret && { text: secretText(secret, files), node: option.node };
  }
  const literal = around.find(({ type }) => type === "string_expression");
  if (literal === undefined) return undefined;
  const path = attributePathOf(literal);
  const start = path.lastIndexOf("deployment");
  if (path[start + 1] !== "secrets" || path[start + 3] !== "source" || path.length !== start + 4) return undefined;
  const secret = secretAt(around, path[start + 2]) ?? { name: path[start + 2] ?? "?", source: staticString(literal) };
  return { text: secretText(secret, files), node: literal };
}

/** The secret whose set is around a node or bound to its name. */
function secretAt(around: readonly Node[], name: string | undefined): Secret | undefined {
  for (const node of around) {
    if (node.type !== "binding") continue;
    const [value, path] = [node.childForFieldName("expression"), node.childForFieldName("attrpath")];
    const names = path === null ? [] : childrenOf(path).map(attributeName);
    const set = value && withoutParentheses(value);
    if (names.at(-1) === name && set && isSet(set)) return secretOf(name ?? "?", set);
  }
  return undefined;
}

/** A tag or a system. */
function stringHover(around: readonly Node[], context: FeatureContext, { document }: OpenText): Found | undefined {
  const node = around.find(({ type }) => type === "string_expression");
  const value = node && staticString(node);
  if (node === undefined || value === undefined) return undefined;
  const tag = tagOf(node);
  if (tag !== undefined) return { text: tagText(tag.tag, context.network), node };
  if (!isSystem(attributePathOf(node))) return undefined;
  const { start } = document.rangeOf(node);
  const machine = context.network.machines.find(({ range }) => contains(range, start));
  return { text: systemText(value, machine, context), node };
}

function optionHover(innermost: Node): Found | undefined {
  const option = optionNamed(innermost);
  return option && { text: optionText(option), node: option.node };
}

function isOneLine({ start, end }: Range): boolean {
  return start.line === end.line;
}

function shown(value: string, range: Range): Hover {
  return { contents: { kind: "markdown", value }, range };
}
