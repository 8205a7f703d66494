import { t } from "@vscode/l10n";
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
import { ancestorsOf, type Binding, isSet } from "../syntax/nodes.ts";
import { literalSets } from "../syntax/values.ts";
import { dottedName } from "./dottedNames.ts";
import { topBindings } from "./machineNames.ts";
import { stringText } from "./names.ts";
import { overlaps } from "./ranges.ts";

/** What a diagnostic carries so that its fix needs no second look: the text that belongs into its range. */
export interface Replacement {
  readonly replacement: string;
}

/** What can be done at a range: fixes of its diagnostics, and what can be written for its machines. */
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
    ...diagnostics.flatMap(diagnostic => replacement(document, diagnostic)),
    ...bindings.flatMap(binding => quoteName(document, binding, diagnostics)),
    ...bindings.flatMap(binding => addSystem(document, machines.get(binding.path[0] ?? ""), binding, localSystem)),
    ...network.machines.flatMap(machine => removeIneffective(document, machine, range, diagnostics)),
  ];
}

function replacement(document: NixDocument, diagnostic: Diagnostic): CodeAction[] {
  const text = (diagnostic.data as Partial<Replacement> | undefined)?.replacement;
  if (typeof text !== "string") return [];
  const edit = { range: diagnostic.range, newText: text };
  return [{ ...fix(document, t("Change to {0}", text), edit, [diagnostic]), isPreferred: true }];
}

/** `web.example.org = { ... }` -> `"web.example.org" = { ... }` */
function quoteName(document: NixDocument, binding: Binding, diagnostics: readonly Diagnostic[]): CodeAction[] {
  const name = dottedName(binding);
  const [first, last] = [binding.names[0], binding.names.at(-1)];
  if (name === undefined || first === undefined || last === undefined) return [];
  const edit = { range: document.rangeAt(first.startIndex, last.endIndex), newText: stringText(name) };
  const solved = diagnostics.filter(({ code }) => code === "unquoted-dotted-name");
  return [{ ...fix(document, t("Quote the machine's name: {0}", edit.newText), edit, solved), isPreferred: true }];
}

/** A machine without a system gets one, where its text is a literal set. */
function addSystem(
  document: NixDocument,
  machine: Machine | undefined,
  binding: Binding,
  localSystem: string,
): CodeAction[] {
  if (machine?.system.origin !== "unstated" || binding.path.length > 1 || binding.value === undefined) return [];
  const { sets, complete } = literalSets(binding.value);
  const [body] = sets;
  if (!complete || body === undefined || sets.length > 1 || !isWithin(body, binding.value)) return [];
  return [...new Set([localSystem, "x86_64-linux", "aarch64-linux"])].map(system => {
    const title = t("State the machine's system: {0}", system);
    const edit = insertion(document, body, `nixpkgs.hostPlatform = ${stringText(system)};`);
    return { title, kind: CodeActionKind.RefactorRewrite, edit: { changes: { [document.uri]: [edit] } } };
  });
}

/** A set that a name stands for may be that of several machines. */
function isWithin(set: Node, value: Node): boolean {
  return isSet(set) && value.startIndex <= set.startIndex && set.endIndex <= value.endIndex;
}

/** A binding as the first line of a set. */
function insertion(document: NixDocument, set: Node, binding: string): TextEdit {
  const brace = set.startIndex + set.text.indexOf("{") + 1;
  const line = document.rangeOf(set).start.line;
  const indentation = /^[ \t]*/.exec(document.text.slice(document.offsetAt({ line, character: 0 })))?.[0] ?? "";
  const isOneLine = !set.text.includes("\n");
  const isEmpty = set.text.slice(set.text.indexOf("{") + 1, -1).trim() === "";
  if (isOneLine && !isEmpty) return { range: document.rangeAt(brace, brace), newText: ` ${binding}` };
  if (isEmpty)
    return {
      range: document.rangeAt(brace, set.endIndex - 1),
      newText: `\n${indentation}  ${binding}\n${indentation}`,
    };
  return { range: document.rangeAt(brace, brace), newText: `\n${indentation}  ${binding}` };
}

/** A stated system that `network.pkgs` or `nixpkgs.pkgs` makes ineffective is taken away. */
function removeIneffective(
  document: NixDocument,
  { system: { overridden } }: Machine,
  range: Range,
  diagnostics: readonly Diagnostic[],
): CodeAction[] {
  if (overridden === undefined || overridden.location.uri !== document.uri) return [];
  const binding = bindingAround(document, overridden.location.range);
  if (binding === undefined || !overlaps(document.rangeOf(binding), range)) return [];
  const edit = { range: wholeLine(document, binding), newText: "" };
  const solved = diagnostics.filter(({ code }) => code === "ineffective-system");
  return [fix(document, t("Remove the system, which has no effect"), edit, solved)];
}

function bindingAround(document: NixDocument, { start }: Range): Node | undefined {
  const innermost = document.root.descendantForIndex(document.offsetAt(start));
  return innermost === null ? undefined : [innermost, ...ancestorsOf(innermost)].find(({ type }) => type === "binding");
}

/** The line of a node with its end, when nothing else stands on it. */
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
