import * as l10n from "@vscode/l10n";
import type { Node } from "web-tree-sitter";
import { nearest } from "../../options/nearest.ts";
import { type MorphOption, optionAt, optionsBelow } from "../../options/option.ts";
import { morphOptions } from "../../options/options.ts";
import type { Network } from "../../protocol.ts";
import type { AttributePath } from "../../syntax/attributePath.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { type Binding, bindingsOf, isSet, withoutParentheses } from "../../syntax/nodes.ts";
import { eachTopBinding } from "../names/machineNames.ts";
import type { DiagnosticCode, Remark } from "./codes.ts";
import type { Module } from "./modules.ts";

/**
 * The modules for which unknown options may be declared: machines with a module that cannot be read, and `defaults` if there is
 * such a machine, because what it sets may be declared for one of them.
 */
export function declaringModules({ machines }: Network): ReadonlySet<string> {
  const unread = machines.filter(({ isPartlyRead }) => isPartlyRead === true).map(({ name }) => name);
  return new Set(unread.length === 0 ? [] : ["defaults", ...unread]);
}

/**
 * `deployment.*` options that Morph does not have.
 *
 * @param options all options that it has.
 */
export function deploymentRemarks(
  document: NixDocument,
  { definitions }: Module,
  options: readonly MorphOption[],
): Remark[] {
  return definitions
    .filter(({ path }) => path[0] === "deployment")
    .flatMap(definition => optionRemarks(document, options, definition, "unknown-deployment-option"));
}

/** Attributes of `network` that Morph ignores. */
export function networkRemarks(document: NixDocument): Remark[] {
  const options = morphOptions();
  const remarks: Remark[] = [];
  for (const binding of eachTopBinding(document))
    if (binding.path[0] === "network") remarks.push(...networkBinding(document, options, binding, []));
  return remarks;
}

function networkBinding(
  document: NixDocument,
  options: readonly MorphOption[],
  { path: own, names, value }: Binding,
  prefix: AttributePath,
): Remark[] {
  const path = [...prefix, ...own];
  // An `inherit` also names an attribute.
  const here = optionRemarks(document, options, { path, names }, "unknown-network-attribute");
  const set = value === undefined ? undefined : withoutParentheses(value);
  if (here.length > 0 || set === undefined || !isSet(set) || path.length > 2) return here;
  return bindingsOf(set).flatMap(binding => networkBinding(document, options, binding, path));
}

interface Named {
  readonly path: AttributePath;
  readonly names: readonly Node[];
}

function optionRemarks(
  document: NixDocument,
  options: readonly MorphOption[],
  { path, names }: Named,
  code: DiagnosticCode,
): Remark[] {
  for (let length = Math.max(2, path.length - names.length + 1); length <= path.length; length++) {
    const [known, parent] = [path.slice(0, length), path.slice(0, length - 1)];
    if (optionAt(options, known) !== undefined) continue;
    const siblings = optionsBelow(options, parent);
    const node = names[names.length - (path.length - length) - 1];
    // Any name is allowed below a set with freely chosen names, and in a list element.
    if (siblings.length === 0 || known.at(-1) === undefined || known.at(-1) === "*" || node === undefined) return [];
    return [unknownOption(document, node, known, siblings, code)];
  }
  return [];
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
  const statement =
    code === "unknown-network-attribute" && path.length === 2
      ? l10n.t("Morph ignores attribute '{0}'.", name)
      : l10n.t("Morph has no option '{0}'.", name);
  const question = meant === undefined ? "" : ` ${l10n.t("Did you mean '{0}'?", meant)}`;
  return {
    code,
    range: document.rangeOf(node),
    message: statement + question,
    // An attribute that Morph ignores may be intended by the user, so there is no quick fix.
    ...(meant === undefined || code === "unknown-network-attribute" ? {} : { data: { replacement: meant } }),
  };
}
