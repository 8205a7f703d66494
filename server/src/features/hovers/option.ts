import * as l10n from "@vscode/l10n";
import type { Node } from "web-tree-sitter";
import { inlineCode } from "../../common/markdown.ts";
import { machineAttributes } from "../../options/machineAttributes.ts";
import { type MorphOption, optionAt, typeName } from "../../options/option.ts";
import { morphOptions, morphPath } from "../../options/options.ts";
import { type AttributePath, attributePathOf } from "../../syntax/attributePath.ts";
import { ancestorsOf, attributeName, childrenOf } from "../../syntax/nodes.ts";

/** An option of Morph that a text names, and the node of its name. */
export interface NamedOption {
  readonly option: MorphOption;
  /** Its path in the text, from `network` or `deployment`. */
  readonly path: AttributePath;
  readonly node: Node;
}

/**
 * The option of Morph whose name or value is at a node: in a definition (`deployment.tags = ...`), where it is read
 * (`config.deployment.tags`), and at a value that is one of its few possible ones.
 */
export function optionNamed(innermost: Node): NamedOption | undefined {
  const around = [innermost, ...ancestorsOf(innermost)];
  const name = nameAt(around);
  if (name === undefined) return optionOfConstant(around);
  // In an expression, a variable named `network` is not the file's attribute.
  return name.isRead && !name.path.includes("deployment") ? undefined : optionIn(name.path, name.node);
}

/** A name in an attribute path. */
interface AttributeName {
  /** From the top level of the file, or of the expression that reads it, up to this name. */
  readonly path: AttributePath;
  readonly node: Node;
  /** It is in an expression, not in a definition. */
  readonly isRead: boolean;
}

/** The name of which a node is part. @param around the node and its ancestors, the nearest first. */
function nameAt(around: readonly Node[]): AttributeName | undefined {
  const at = around.findIndex(({ type }) => type === "attrpath" || type === "inherited_attrs");
  const [node, list, owner] = at < 1 ? [] : around.slice(at - 1);
  if (node === undefined || list === undefined || owner === undefined) return undefined;
  const written = childrenOf(list);
  const index = written.findIndex(({ id }) => id === node.id);
  const names = (list.type === "attrpath" ? written.slice(0, index + 1) : [node]).map(attributeName);
  const isRead = isReading(owner);
  return { path: [...(isRead ? [] : attributePathOf(owner)), ...names], node, isRead };
}

/** An attribute at the top of a machine, as Markdown. @param around the node and its ancestors, the nearest first. */
export function machineAttributeHover(
  around: readonly Node[],
  isMachine: (name: string) => boolean,
): { readonly text: string; readonly node: Node } | undefined {
  const { path: [machine, name, ...below] = [], node, isRead } = nameAt(around) ?? {};
  if (node === undefined || isRead === true || machine === undefined || below.length > 0) return undefined;
  // The argument of a function is not the machine itself.
  if (!isMachine(machine) || around.some(({ type }) => type === "apply_expression")) return undefined;
  const found = machineAttributes().find(attribute => attribute.name === name);
  return found && { text: `${inlineCode(found.name)}\n\n${found.description}`, node };
}

function isReading({ type }: Node): boolean {
  return type === "select_expression" || type === "has_attr_expression";
}

/** The option of which a string or a constant is the whole value. */
function optionOfConstant(around: readonly Node[]): NamedOption | undefined {
  const node = around.find(({ type }) => type === "string_expression" || type === "variable_expression");
  if (node === undefined) return undefined;
  const found = optionIn(attributePathOf(node), node);
  if (found === undefined) return undefined;
  const { type } = found.option;
  const isConstant =
    typeof type === "string" ? /^(?:true|false|null)$/.test(node.text) : node.type === "string_expression";
  return isConstant ? found : undefined;
}

function optionIn(written: AttributePath, node: Node): NamedOption | undefined {
  const path = morphPath(written);
  const option = path && optionAt(morphOptions(), path);
  return path === undefined || option === undefined ? undefined : { option, path, node };
}

/** An option with its type, description, default and version, as Markdown. */
export function optionText({ option, path }: NamedOption): string {
  const name = path.map((segment, index) => option.path[index] ?? segment).map(segment => segment ?? "*");
  return [`${inlineCode(name.join("."))}: ${typeText(option)}`, documentationOf(option)].join("\n\n");
}

function typeText({ type, isRequired }: MorphOption): string {
  const name = typeof type === "string" ? type : inlineCode(typeName(type));
  return isRequired === true ? l10n.t("{0}, required", name) : name;
}

/** An option's description with its default and the version that introduced it. */
export function documentationOf({ description, default: value, since }: MorphOption): string {
  return [
    description,
    ...(value === undefined ? [] : [l10n.t("Default: {0}", inlineCode(value))]),
    ...(since === undefined ? [] : [l10n.t("Since Morph {0}.", since)]),
  ].join("\n\n");
}
