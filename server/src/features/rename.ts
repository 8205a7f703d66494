import { t } from "@vscode/l10n";
import type { Position, Range, WorkspaceEdit } from "vscode-languageserver-types";
import { reservedNames } from "../options/reservedNames.ts";
import type { Network } from "../protocol.ts";
import type { NixDocument } from "../syntax/document.ts";
import { attributeText } from "./names.ts";
import { machineReferences } from "./references.ts";
import { targetAt } from "./target.ts";

/** Why something cannot be renamed, for the user. */
export interface Refusal {
  readonly refused: string;
}

/** What would be renamed at a position, and its name without quotes. */
export interface Renamable {
  readonly range: Range;
  readonly placeholder: string;
}

/** Only a machine whose name stands in the file can be renamed. */
export function prepareRename(document: NixDocument, network: Network, position: Position): Renamable | Refusal {
  const target = targetAt(document, network, position);
  if (target?.kind === "tag") return { refused: t("Tags cannot be renamed, only machines.") };
  if (target?.kind !== "machine")
    return { refused: t("Only machines can be renamed, at their name or at `nodes.<name>`.") };
  const isStated = machineReferences(document, network, target.name).some(({ range }) =>
    network.machines.some(({ name, selectionRange }) => name === target.name && isSame(range, selectionRange)),
  );
  if (document.uri === network.uri && !isStated)
    return { refused: t("The name of machine '{0}' is computed; it does not stand in the file.", target.name) };
  return { range: document.rangeOf(target.node), placeholder: target.name };
}

/**
 * Renames the machine at a position, with every `nodes.<name>`.
 *
 * @param others further documents that belong to the network.
 */
export function rename(
  document: NixDocument,
  network: Network,
  position: Position,
  newName: string,
  others: readonly NixDocument[] = [],
): WorkspaceEdit | Refusal {
  const prepared = prepareRename(document, network, position);
  if ("refused" in prepared) return prepared;
  const old = prepared.placeholder;
  const name = /^".*"$/.test(newName.trim()) ? newName.trim().slice(1, -1) : newName.trim();
  const problem = name === old ? undefined : problemOf(name, network);
  if (problem !== undefined) return { refused: problem };
  const newText = attributeText(name);
  const changes = [document, ...others].flatMap(each => {
    const edits = machineReferences(each, network, old).map(({ range }) => ({ range, newText }));
    return edits.length === 0 ? [] : [[each.uri, edits] as const];
  });
  return { changes: Object.fromEntries(changes) };
}

function problemOf(name: string, { machines }: Network): string | undefined {
  if (name === "") return t("A machine needs a name.");
  if (reservedNames.has(name)) return t("'{0}' is no name for a machine: Morph reads it as something else.", name);
  if (/[\s/]/.test(name)) return t("A machine's name has no spaces and no slashes.");
  if (machines.some(machine => machine.name === name)) return t("There is a machine '{0}' already.", name);
  return undefined;
}

function isSame(a: Range, b: Range): boolean {
  return a.start.line === b.start.line && a.start.character === b.start.character;
}
