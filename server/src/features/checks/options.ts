import { t } from "@vscode/l10n";
import type { Node } from "web-tree-sitter";
import { nearest } from "../../options/nearest.ts";
import { type MorphOption, optionAt, optionsBelow, typeName } from "../../options/option.ts";
import { morphOptions } from "../../options/options.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { type Binding, bindingsOf, isSet, withoutParentheses } from "../../syntax/nodes.ts";
import type { AttributePath } from "../attributePath.ts";
import { topBindings } from "../machineNames.ts";
import type { DiagnosticCode, Remark } from "./codes.ts";
import { isIllTyped, kindOf } from "./literals.ts";
import type { Module } from "./modules.ts";

/** `deployment.*` options that Morph does not have, and literals of a wrong type. */
export function deploymentRemarks(document: NixDocument, modules: readonly Module[]): Remark[] {
  const options = morphOptions();
  return modules.flatMap(({ definitions }) =>
    definitions
      .filter(({ path }) => path[0] === "deployment")
      .flatMap(definition => optionRemarks(document, options, definition, "unknown-deployment-option")),
  );
}

/** Attributes of `network` that Morph ignores, literals of a wrong type, and settings of Nix that are no strings. */
export function networkRemarks(document: NixDocument): Remark[] {
  const options = morphOptions();
  return topBindings(document)
    .filter(({ path }) => path[0] === "network")
    .flatMap(binding => networkBinding(document, options, binding, []));
}

function networkBinding(
  document: NixDocument,
  options: readonly MorphOption[],
  { path: own, names, value }: Binding,
  prefix: AttributePath,
): Remark[] {
  const path = [...prefix, ...own];
  if (path[1] === "nixConfig" && path.length === 3) return value === undefined ? [] : nixConfigValue(document, value);
  // What is inherited names an attribute as well.
  const here = optionRemarks(document, options, { path, names, value }, "unknown-network-attribute");
  const set = value === undefined ? undefined : withoutParentheses(value);
  if (here.length > 0 || set === undefined || !isSet(set) || path.length > 2) return here;
  return bindingsOf(set).flatMap(binding => networkBinding(document, options, binding, path));
}

function nixConfigValue(document: NixDocument, value: Node): Remark[] {
  const kind = kindOf(value);
  if (kind === undefined || kind === "string") return [];
  const message = t("Morph refuses settings of Nix that are no strings: put the value in quotes.");
  const simple = kind === "integer" || kind === "boolean";
  return [
    {
      code: "nix-config-not-string",
      range: document.rangeOf(value),
      message,
      ...(simple ? { data: { replacement: `"${value.text}"` } } : {}),
    },
  ];
}

interface Named {
  readonly path: AttributePath;
  readonly names: readonly Node[];
  readonly value: Node | undefined;
}

function optionRemarks(
  document: NixDocument,
  options: readonly MorphOption[],
  { path, names, value }: Named,
  code: DiagnosticCode,
): Remark[] {
  for (let length = Math.max(2, path.length - names.length + 1); length <= path.length; length++) {
    const [known, parent] = [path.slice(0, length), path.slice(0, length - 1)];
    if (optionAt(options, known) !== undefined) continue;
    const siblings = optionsBelow(options, parent);
    const node = names[names.length - (path.length - length) - 1];
    // Below a set whose names are free, and in an element of a list, anything goes.
    if (siblings.length === 0 || known.at(-1) === undefined || known.at(-1) === "*" || node === undefined) return [];
    return [unknownOption(document, node, known, siblings, code)];
  }
  const option = optionAt(options, path);
  if (option === undefined || value === undefined || !isIllTyped(value, option.type)) return [];
  const message = t("Option '{0}' takes: {1}.", path.join("."), typeName(option.type));
  return [{ code: "ill-typed-option", range: document.rangeOf(value), message }];
}

function unknownOption(
  document: NixDocument,
  node: Node,
  path: AttributePath,
  siblings: readonly MorphOption[],
  code: DiagnosticCode,
): Remark {
  const name = path.join(".");
  const meant = nearest(
    path.at(-1) ?? "",
    siblings.map(option => option.path.at(-1) ?? ""),
  );
  const said =
    code === "unknown-network-attribute" && path.length === 2
      ? t("Morph ignores attribute '{0}'.", name)
      : t("Morph has no option '{0}'.", name);
  const question = meant === undefined ? "" : ` ${t("Did you mean '{0}'?", meant)}`;
  return {
    code,
    range: document.rangeOf(node),
    message: said + question,
    // What Morph ignores may be the user's own: only they know whether another name is meant.
    ...(meant === undefined || code === "unknown-network-attribute" ? {} : { data: { replacement: meant } }),
  };
}
