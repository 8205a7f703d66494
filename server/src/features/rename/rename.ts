import * as l10n from "@vscode/l10n";
import type { Position, Range, WorkspaceEdit } from "vscode-languageserver-types";
import type { Node } from "web-tree-sitter";
import { reservedNames } from "../../options/reservedNames.ts";
import type { Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { attributeText, stringText } from "../../syntax/quoting.ts";
import { namesOfMachine } from "../names/machineNames.ts";
import { contains } from "../names/ranges.ts";
import { targetAt } from "../names/target.ts";
import { obstacle } from "./obstacles.ts";

/** The reason why something cannot be renamed, for the user. */
export interface Refusal {
  readonly refused: string;
}

/** What would be renamed at a position, and its name without quotes. */
export interface Renamable {
  readonly range: Range;
  readonly placeholder: string;
}

/** Only a machine whose name is written in the file can be renamed. */
export function prepareRename(document: NixDocument, network: Network, position: Position): Renamable | Refusal {
  const target = targetAt(document, network, position);
  if (target?.kind === "tag") return { refused: l10n.t("Tags cannot be renamed, only machines.") };
  const name = target?.kind === "machine" ? target.name : machineNamedAt(document, network, position);
  const problem = name === undefined ? undefined : obstacle(document, network, name);
  if (problem !== undefined) return { refused: problem };
  if (target?.kind !== "machine")
    return { refused: l10n.t("Only machines can be renamed, at their name or at `nodes.<name>`.") };
  return { range: document.rangeOf(target.node), placeholder: target.name };
}

/** The machine whose computed name is defined at a position. */
function machineNamedAt({ uri }: NixDocument, network: Network, position: Position): string | undefined {
  if (uri !== network.uri) return undefined;
  return network.machines.find(
    ({ selectionRange, computed }) => computed !== true && contains(selectionRange, position),
  )?.name;
}

/**
 * Renames the machine at a position, with every `nodes.<name>`.
 *
 * @param others other documents of the network.
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
  const changes = [document, ...others].flatMap(each => {
    const edits = namesOfMachine(each, network, old).map(node => ({
      range: each.rangeOf(node),
      newText: isAttribute(node) ? attributeText(name) : stringText(name),
    }));
    return edits.length === 0 ? [] : [[each.uri, edits] as const];
  });
  return { changes: Object.fromEntries(changes) };
}

/** Whether a node is a segment of an attribute path, which needs no quotes; any other string does. */
function isAttribute(node: Node): boolean {
  return node.type !== "string_expression" || node.parent?.type === "attrpath";
}

function problemOf(name: string, { machines }: Network): string | undefined {
  if (name === "") return l10n.t("A machine needs a name.");
  if (reservedNames.has(name)) return l10n.t("'{0}' is a reserved attribute name.", name);
  if (/[\s/]/.test(name)) return l10n.t("A machine's name cannot contain spaces or slashes.");
  if (machines.some(machine => machine.name === name)) return l10n.t("A machine named '{0}' already exists.", name);
  return undefined;
}
