import * as l10n from "@vscode/l10n";
import type { Node } from "web-tree-sitter";
import { isKnownSystem, meantSystem } from "../../options/systems.ts";
import type { Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { ancestorsOf, staticString, withoutParentheses } from "../../syntax/nodes.ts";
import { stringText } from "../../syntax/quoting.ts";
import { encloses } from "../names/ranges.ts";
import type { Remark } from "./codes.ts";
import type { Definition, Module } from "./modules.ts";

const platforms = ["hostPlatform", "buildPlatform", "localSystem", "crossSystem"];

/** A system that is written in a document, with its offsets. */
export interface WrittenSystem {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** The systems that a module sets and nixpkgs does not know. */
export function unknownSystemsIn({ definitions }: Module): WrittenSystem[] {
  return definitions.flatMap(definition => {
    const stated = statedBy(definition);
    if (stated === undefined || isKnownSystem(stated.value)) return [];
    return [{ value: stated.value, start: stated.node.startIndex, end: stated.node.endIndex }];
  });
}

/**
 * Systems that nixpkgs does not know, wherever they are written.
 *
 * @param written those that modules set.
 */
export function unknownSystems(document: NixDocument, network: Network, written: readonly WrittenSystem[]): Remark[] {
  const effective = network.machines.flatMap(({ system: { value, location } }) => {
    if (value === undefined || location === undefined || location.uri !== document.uri) return [];
    const start = document.offsetAt(location.range.start);
    const isWritten = document.text.startsWith(`"${value}"`, start);
    return isWritten ? [{ value, start, end: start + value.length + 2 }] : [];
  });
  const places = [...written, ...effective.filter(({ value }) => !isKnownSystem(value))];
  const unknown = new Map(places.map(place => [place.start, place]));
  return [...unknown.values()].map(({ value, start, end }) => {
    const meant = meantSystem(value);
    const question = meant === undefined ? "" : ` ${l10n.t("Did you mean '{0}'?", meant)}`;
    return {
      code: "unknown-system",
      range: document.rangeAt(start, end),
      message: l10n.t("Unknown system '{0}'.", value) + question,
      ...(meant === undefined ? {} : { data: { replacement: stringText(meant) } }),
    };
  });
}

interface Stated {
  readonly value: string;
  readonly node: Node;
  /** As in NixOS: a forced definition overrides others, a default is overridden. */
  readonly priority: string;
}

/** The system that a definition sets literally. */
function statedBy({ path, value }: Definition): Stated | undefined {
  const [root, option, rest] = path;
  const isSystem =
    root === "nixpkgs" &&
    ((path.length === 2 && (option === "system" || platforms.includes(option ?? ""))) ||
      (path.length === 3 && platforms.includes(option ?? "") && rest === "system"));
  return isSystem ? literalSystem(value) : undefined;
}

function literalSystem(value: Node): Stated | undefined {
  const node = withoutParentheses(value);
  const called = node.type === "apply_expression" ? node.childForFieldName("function")?.text : undefined;
  const argument = called === undefined ? null : node.childForFieldName("argument");
  const priority = called?.split(".").at(-1) ?? "";
  if (called !== undefined && priority !== "mkDefault" && priority !== "mkForce") return undefined;
  const literal = withoutParentheses(argument ?? node);
  const text = staticString(literal);
  return text === undefined ? undefined : { value: text, node: literal, priority };
}

/** The modules whose system an instance of nixpkgs determines: what they set themselves is ignored. */
export function decidedModules({ machines }: Network): ReadonlySet<string> {
  const decided = machines.filter(({ system: { origin } }) => origin.endsWith(".pkgs")).map(({ name }) => name);
  return new Set(decided.length === machines.length ? [...decided, "defaults"] : decided);
}

/** Two systems for one machine with the same priority. */
export function conflictingSystems(document: NixDocument, { name, definitions }: Module): Remark[] {
  const stated = definitions
    .filter(({ path }) => path[1] !== "buildPlatform" && path[1] !== "crossSystem")
    .flatMap(definition => {
      const found = statedBy(definition);
      return found === undefined ? [] : [{ ...found, option: definition.path[1], set: definition.set }];
    });
  const conflict = stated.flatMap((second, i) => {
    const first = stated
      .slice(0, i)
      .find(each => each.priority === second.priority && each.value !== second.value && !isMerged(each, second));
    return first === undefined ? [] : [{ first, second }];
  })[0];
  if (conflict === undefined) return [];
  const { first, second } = conflict;
  const line = document.rangeOf(first.node).start.line + 1;
  const message = l10n.t(
    "Machine '{0}' has system '{1}' on line {2} and '{3}' here.",
    name,
    first.value,
    line,
    second.value,
  );
  return [{ code: "conflicting-systems", range: document.rangeOf(second.node), message }];
}

/** The right side of `//` silently wins. */
function isMerged(a: { option: unknown; set: Node }, b: { option: unknown; set: Node }): boolean {
  if (a.set.id === b.set.id) return false;
  const node = ancestorsOf(a.set).find(({ type }) => type === "binary_expression");
  return node !== undefined && node.startIndex <= b.set.startIndex && b.set.endIndex <= node.endIndex;
}

/** Systems that have no effect, and machines without a system. */
export function systemRemarks(document: NixDocument, network: Network): Remark[] {
  const seen = new Set<string>();
  // A system in the defaults or a helper may have an effect for another machine.
  const effective = new Set(network.machines.map(({ system }) => JSON.stringify(system.location)));
  return network.machines.flatMap(({ name, range, selectionRange, system, computed }): Remark[] => {
    const { overridden } = system;
    if (overridden !== undefined && overridden.location.uri === document.uri) {
      const place = JSON.stringify(overridden.location);
      if (seen.has(place) || effective.has(place)) return [];
      // An argument of a helper may have an effect for another machine.
      const isOwn = encloses(range, overridden.location.range);
      if (!isOwn && document.text[document.offsetAt(overridden.location.range.start)] !== '"') return [];
      seen.add(place);
      const message = l10n.t(
        "System '{0}' has no effect: `{1}` determines the system.",
        overridden.value,
        overridden.by,
      );
      return [{ code: "ineffective-system", range: overridden.location.range, message, tags: [1] }];
    }
    if (system.origin !== "unstated" || computed === true) return [];
    const message = l10n.t(
      "Machine '{0}' sets no system. Morph 1.7 and older use the evaluating machine's system; Morph 1.8 refuses to evaluate it without `network.pkgs`.",
      name,
    );
    return [{ code: "no-system", range: selectionRange, message }];
  });
}
