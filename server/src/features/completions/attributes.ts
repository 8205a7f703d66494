import { CompletionItemKind } from "vscode-languageserver-types";
import { machineAttributes } from "../../options/machineAttributes.ts";
import { reservedNames } from "../../options/reservedNames.ts";
import type { Network } from "../../protocol.ts";
import type { AttributePath } from "../../syntax/attributePath.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { bindingsOf } from "../../syntax/nodes.ts";
import { attributeText } from "../../syntax/quoting.ts";
import { literalSets } from "../../syntax/values.ts";
import type { Cursor } from "../names/cursor.ts";
import { eachTopBinding } from "../names/machineNames.ts";
import type { Word } from "./word.ts";

/** The most machines whose attributes are collected. */
const maxMachines = 200;

/**
 * The path within a machine's module: without the machine, `config`, and lists of imports; undefined: not in a machine. Every
 * attribute of a network is a machine, apart from Morph's own.
 */
export function pathInMachine({ path, isArgument, inLet }: Cursor): AttributePath | undefined {
  const [machine, ...rest] = path;
  if (isArgument || inLet || machine === undefined) return undefined;
  if (machine !== "defaults" && reservedNames.has(machine)) return undefined;
  let inner = rest;
  while (inner[0] === "imports" && inner[1] === "*") inner = inner.slice(2);
  return inner[0] === "config" ? inner.slice(1) : inner;
}

/** What a machine can set at its top: what every machine can, and what others of the network do. */
export function attributeWords(document: NixDocument, network: Network): Word[] {
  const known = machineAttributes();
  const names = new Set(known.map(({ name }) => name));
  const others = [...usedAttributes(document, network)].filter(name => !names.has(name)).toSorted();
  return [
    ...known.map(({ name, description }) => ({ ...word(name), documentation: description })),
    ...others.map(word),
  ];
}

function word(name: string): Word {
  return { label: name, newText: attributeText(name), kind: CompletionItemKind.Property };
}

/** Document -> the attributes of its machines at a number of updates: a list of suggestions is often requested again. */
const usedKnown = new WeakMap<NixDocument, { readonly updates: number; readonly used: ReadonlySet<string> }>();

/** The first names of what the machines of a document define in literal sets. */
function usedAttributes(document: NixDocument, network: Network): ReadonlySet<string> {
  const { updates } = document;
  const known = usedKnown.get(document);
  if (known?.updates === updates) return known.used;
  const used = collectAttributes(document, network);
  usedKnown.set(document, { updates, used });
  return used;
}

function collectAttributes(document: NixDocument, { machines }: Network): Set<string> {
  const [names, used] = [new Set(["defaults", ...machines.map(({ name }) => name)]), new Set<string>()];
  let count = 0;
  for (const { path, value } of eachTopBinding(document)) {
    if (path[0] === undefined || !names.has(path[0])) continue;
    if (++count > maxMachines) break;
    const found = path.length > 1 ? [path[1]] : value === undefined ? [] : topNames(value);
    for (const name of found) if (name !== undefined) used.add(name);
  }
  return used;
}

function topNames(machine: Parameters<typeof literalSets>[0]): (string | undefined)[] {
  return literalSets(machine).sets.flatMap(set =>
    bindingsOf(set).flatMap(({ path: [name], value }) => (value === undefined ? [] : [name])),
  );
}
