import * as l10n from "@vscode/l10n";
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type Range,
  type TextEdit,
} from "vscode-languageserver-types";
import type { Node } from "web-tree-sitter";
import type { Machine, Network } from "../protocol.ts";
import type { NixDocument } from "../syntax/document.ts";
import { ancestorsOf, type Binding, withoutParentheses } from "../syntax/nodes.ts";
import { stringText } from "../syntax/quoting.ts";
import { definitionsOf } from "./checks/modules.ts";
import { systemRemarks } from "./checks/systems.ts";
import { insertion, ownSet } from "./edits/insertion.ts";
import { dottedName } from "./names/dottedNames.ts";
import { topBindings } from "./names/machineNames.ts";
import { encloses, overlaps } from "./names/ranges.ts";

/** Data of a diagnostic for its quick fix: the new text for its range. */
export interface Replacement {
  readonly replacement: string;
}

/** The code actions for a range: fixes of its diagnostics, and additions to its machines. */
export function codeActions(
  document: NixDocument,
  network: Network,
  range: Range,
  diagnostics: readonly Diagnostic[] = [],
  localSystem = "x86_64-linux",
): CodeAction[] {
  const bindings = topBindings(document).filter(({ names }) => {
    const [first, last] = [names[0], names.at(-1)];
    return first && last && overlaps(document.rangeAt(first.startIndex, last.endIndex), range);
  });
  const machines = new Map(network.machines.map(machine => [machine.name, machine]));
  return [
    ...replacements(document, diagnostics),
    ...diagnostics.flatMap(diagnostic => quoteSetting(document, diagnostic)),
    ...bindings.flatMap(binding => quoteName(document, binding, diagnostics)),
    ...bindings.flatMap(binding => addSystem(document, machines.get(binding.path[0] ?? ""), binding, localSystem)),
    ...removeIneffective(document, network, range, diagnostics),
  ];
}

/** Fixes of diagnostics whose data has the new text. */
export function replacements(document: NixDocument, diagnostics: readonly Diagnostic[]): CodeAction[] {
  return diagnostics.flatMap(diagnostic => replacement(document, diagnostic));
}

function replacement(document: NixDocument, diagnostic: Diagnostic): CodeAction[] {
  const text = (diagnostic.data as Partial<Replacement> | undefined)?.replacement;
  if (typeof text !== "string") return [];
  const edit = { range: diagnostic.range, newText: text };
  return [{ ...fix(document, l10n.t("Change to {0}", text), edit, [diagnostic]), isPreferred: true }];
}

/** `cores = 4;` -> `cores = "4";` */
function quoteSetting(document: NixDocument, diagnostic: Diagnostic): CodeAction[] {
  if (diagnostic.code !== "nix-config-not-string") return [];
  const { start, end } = diagnostic.range;
  const text = document.text.slice(document.offsetAt(start), document.offsetAt(end));
  if (!/^(?:\d+|true|false)$/.test(text)) return [];
  const edit = { range: diagnostic.range, newText: stringText(text) };
  return [{ ...fix(document, l10n.t("Change to {0}", edit.newText), edit, [diagnostic]), isPreferred: true }];
}

/** `web.example.org = { ... }` -> `"web.example.org" = { ... }` */
function quoteName(document: NixDocument, binding: Binding, diagnostics: readonly Diagnostic[]): CodeAction[] {
  const name = dottedName(binding);
  const [first, last] = [binding.names[0], binding.names.at(-1)];
  if (name === undefined || first === undefined || last === undefined) return [];
  const edit = { range: document.rangeAt(first.startIndex, last.endIndex), newText: stringText(name) };
  const solved = diagnostics.filter(({ code }) => code === "unquoted-dotted-name");
  return [{ ...fix(document, l10n.t("Quote the machine's name: {0}", edit.newText), edit, solved), isPreferred: true }];
}

/** Sets the system of a machine that has none, if its text is a literal set. */
function addSystem(
  document: NixDocument,
  machine: Machine | undefined,
  binding: Binding,
  localSystem: string,
): CodeAction[] {
  if (machine?.system.origin !== "unstated" || binding.path.length > 1 || binding.value === undefined) return [];
  const body = ownSet(binding.value);
  if (body === undefined) return [];
  return [...new Set([localSystem, "x86_64-linux", "aarch64-linux"])].map(system => {
    const title = l10n.t("Set nixpkgs.hostPlatform to {0}", system);
    const edit = insertion(document, body, [`nixpkgs.hostPlatform = ${stringText(system)};`]);
    return { title, kind: CodeActionKind.RefactorRewrite, edit: { changes: { [document.uri]: [edit] } } };
  });
}

/** Text that may read what a machine sets, or import modules that do: then the effect of a removal is unknown. */
const readers =
  /\b(?:imports|require|rec|specialArgs|evalConfig)\b|\b(?:config|options)\.nixpkgs\b|\bwith config\b|\(\s*config\b/;

/**
 * Removes a system that `network.pkgs` or `nixpkgs.pkgs` makes ineffective: offered only if the machine is known to be the same
 * without it.
 */
function removeIneffective(
  document: NixDocument,
  network: Network,
  range: Range,
  diagnostics: readonly Diagnostic[],
): CodeAction[] {
  if (!network.complete || readers.test(document.text)) return [];
  const ineffective = systemRemarks(document, network).filter(remark => remark.code === "ineffective-system");
  const solved = diagnostics.filter(({ code }) => code === "ineffective-system");
  const machines = new Map(network.machines.map(machine => [machine.name, machine.system.overridden?.location.range]));
  const definitions = topBindings(document).flatMap(binding => {
    const place = machines.get(binding.path[0] ?? "");
    const isMarked = place !== undefined && ineffective.some(remark => isSame(remark.range, place));
    return isMarked && encloses(document.rangeOf(binding.node), place) ? ownDefinition(document, binding, place) : [];
  });
  return definitions
    .filter(node => overlaps(document.rangeOf(node), range))
    .map(node => {
      const edit = { range: wholeLine(document, node), newText: "" };
      return fix(document, l10n.t("Remove ineffective system"), edit, solved);
    });
}

/** The binding that defines an option of the machine with exactly the value at a range. */
function ownDefinition(document: NixDocument, binding: Binding, place: Range): Node[] {
  const definition = definitionsOf(binding).find(
    ({ path, value }) => path[0] === "nixpkgs" && isSame(document.rangeOf(withoutParentheses(value)), place),
  );
  const [around] = definition === undefined ? [] : ancestorsOf(withoutParentheses(definition.value));
  return around?.type === "binding" && around.id !== binding.node.id ? [around] : [];
}

function isSame(a: Range, b: Range): boolean {
  return encloses(a, b) && encloses(b, a);
}

/** The line of a node including its end, if there is nothing else on it. */
function wholeLine(document: NixDocument, node: Node): Range {
  const before = document.text.slice(0, node.startIndex);
  const indentation = /(?<=^|\n)[ \t]*$/.exec(before)?.[0];
  const rest = /^[ \t]*\r?\n/.exec(document.text.slice(node.endIndex))?.[0];
  if (indentation === undefined || rest === undefined) return document.rangeOf(node);
  return document.rangeAt(node.startIndex - indentation.length, node.endIndex + rest.length);
}

function fix(document: NixDocument, title: string, edit: TextEdit, diagnostics: readonly Diagnostic[]): CodeAction {
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [...diagnostics],
    edit: { changes: { [document.uri]: [edit] } },
  };
}
