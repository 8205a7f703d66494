import type { Location, Range } from "vscode-languageserver-types";
import type { Node } from "web-tree-sitter";
import type { Machine, MachineSystem, Network } from "../protocol.ts";
import type { Sources } from "../staticEvaluation/values/sources.ts";
import type { NixDocument } from "../syntax/document.ts";
import { moved } from "../syntax/edits.ts";
import { bindingsOf } from "../syntax/nodes.ts";
import type { Span } from "../syntax/strict/span.ts";
import { literalSets } from "../syntax/values.ts";
import { type Reading, readFocused } from "./machines.ts";
import { readText } from "./network.ts";

/** A binding of the top-level set. */
interface BindingSpan extends Span {
  readonly name: string;
}

/** The positions of the machines of a simple network: one literal set, with one binding for each machine. */
interface Layout {
  readonly setStart: number;
  readonly bindings: readonly BindingSpan[];
}

/** The last result, and the text that it was read from. */
interface LastRead {
  readonly updates: number;
  readonly lineCount: number;
  readonly reading: Reading;
  readonly layout: Layout;
}

/**
 * Reads the network of one document after each edit. If all edits are inside one machine, only that machine is read, and those
 * after it are moved.
 */
export class IncrementalNetwork {
  #last: LastRead | undefined;
  /** Bindings without errors in a text with errors. */
  readonly #sound = new Set<string>();

  /**
   * @param isEdited whether only the document itself has changed since the last time.
   * @param isNetwork whether it is known to be a network, regardless of its text.
   */
  read(document: NixDocument, sources: Sources, isEdited: boolean, isNetwork: boolean): Reading {
    const edited = isEdited ? this.#readEdited(document, sources) : undefined;
    const reading = edited?.reading ?? readText(document, sources, { isNetwork, sound: this.#sound });
    if (!document.root.hasError) this.#sound.clear();
    const layout = edited?.layout ?? layoutOf(document, reading.network);
    const { updates, lineCount } = document;
    this.#last = layout && { updates, lineCount, reading, layout };
    return reading;
  }

  #readEdited(document: NixDocument, sources: Sources): Pick<LastRead, "reading" | "layout"> | undefined {
    const last = this.#last;
    if (last === undefined || last.updates + 1 !== document.updates || document.root.hasError) return undefined;
    const change = changeIn(last.layout, document);
    if (change === undefined) return undefined;
    const { edited, layout } = change;
    const nodes = [edited, ...layout.bindings.filter(({ name }) => isCommon(name))].map(span =>
      bindingAt(document, layout.setStart, span),
    );
    if (!nodes.every(node => node !== undefined)) return undefined;
    const read = readFocused(document, sources, edited.name, { start: layout.setStart, bindings: nodes });
    const { network } = last.reading;
    const old = network.machines.find(({ name }) => name === edited.name);
    if (read === undefined || old === undefined) return undefined;
    const lines = document.lineCount - last.lineCount;
    const shift = { uri: document.uri, after: old.range.end.line, lines };
    const machines: Machine[] = [];
    for (const other of network.machines) {
      const machine = other === old ? read.machine : shifted(other, shift);
      if (machine === undefined) return undefined;
      machines.push(machine);
    }
    const { evidence, modules } = last.reading;
    const isAsBefore = evidence.get(edited.name) === read.evidence;
    return {
      reading: {
        ...last.reading,
        network: { ...network, machines },
        recognised: read.evidence === "deployment" ? "network" : last.reading.recognised,
        evidence: isAsBefore ? evidence : new Map(evidence).set(edited.name, read.evidence),
        modules: [...read.modules].every(file => modules.has(file)) ? modules : new Set([...modules, ...read.modules]),
      },
      layout,
    };
  }
}

/** The layout of a simple network without errors; undefined for any other. */
function layoutOf(document: NixDocument, network: Network): Layout | undefined {
  if (document.root.hasError || !network.complete || network.problems.length > 0) return undefined;
  const { sets, complete } = literalSets(document.root);
  const [set] = sets;
  if (set === undefined || sets.length > 1 || !complete || set.type !== "attrset_expression") return undefined;
  const all = bindingsOf(set);
  const bindings = all.flatMap(({ path: [name], value, node }) =>
    name === undefined || value === undefined ? [] : [{ name, start: node.startIndex, end: node.endIndex }],
  );
  const machines = all.filter(({ path: [name] }) => !isCommon(name));
  const isSimple = machines.every(({ path }) => path.length === 1) && bindings.length === all.length;
  const isEachNamedOnce = new Set(machines.map(({ path: [name] }) => name)).size === machines.length;
  return isSimple && isEachNamedOnce ? { setStart: set.startIndex, bindings } : undefined;
}

/** Attributes that every machine depends on. */
function isCommon(name: string | undefined): boolean {
  return name === "network" || name === "defaults";
}

/** The new positions after the last edits, if they are all inside one binding that may be a machine. */
function changeIn(layout: Layout, document: NixDocument): { edited: BindingSpan; layout: Layout } | undefined {
  let { bindings, setStart } = layout;
  let editedName: string | undefined;
  for (const edit of document.lastEdits ?? []) {
    const inside = bindings.find(({ start, end }) => edit.start > start && edit.oldEnd < end);
    if (inside === undefined || isCommon(inside.name)) return undefined;
    if (editedName !== undefined && editedName !== inside.name) return undefined;
    editedName = inside.name;
    const next = bindings.map(binding => ({ ...binding, ...moved(binding, edit) }));
    if (edit.oldEnd <= setStart) setStart += edit.newEnd - edit.oldEnd;
    bindings = next;
  }
  const edited = bindings.find(({ name }) => name === editedName);
  return edited === undefined ? undefined : { edited, layout: { setStart, bindings } };
}

/** The binding at exactly this position in the new tree, if it is still in the same set. */
function bindingAt(document: NixDocument, setStart: number, { start, end }: Span): Node | undefined {
  const node = document.root.descendantForIndex(start, end - 1);
  const isThere = node?.type === "binding" && node.startIndex === start && node.endIndex === end;
  return isThere && node.parent?.parent?.startIndex === setStart ? node : undefined;
}

/** How many lines a document's lines after `after` have moved. */
interface Shift {
  readonly uri: string;
  readonly after: number;
  readonly lines: number;
}

/** A machine with moved positions; undefined if one of them is on the last line of the edit. */
function shifted(machine: Machine, shift: Shift): Machine | undefined {
  const { system, buildSystem } = machine;
  const isOnLine = ({ start, end }: Range) => start.line <= shift.after && end.line >= shift.after;
  const isPlaceOnLine = (place: Location | undefined) => place?.uri === shift.uri && isOnLine(place.range);
  const isTouched = isPlaceOnLine(system.location) || isPlaceOnLine(system.overridden?.location);
  if (isOnLine(machine.range) || isTouched || isPlaceOnLine(buildSystem?.location)) return undefined;
  if (shift.lines === 0) return machine;
  return {
    ...machine,
    range: moveRange(machine.range, shift),
    selectionRange: moveRange(machine.selectionRange, shift),
    system: moveSystem(system, shift),
    buildSystem: buildSystem && moveSystem(buildSystem, shift),
  };
}

function moveSystem(system: MachineSystem, shift: Shift): MachineSystem {
  const { location, overridden } = system;
  return {
    ...system,
    location: location && moveLocation(location, shift),
    overridden: overridden && { ...overridden, location: moveLocation(overridden.location, shift) },
  };
}

function moveLocation(location: Location, shift: Shift): Location {
  return location.uri === shift.uri ? { ...location, range: moveRange(location.range, shift) } : location;
}

function moveRange({ start, end }: Range, { after, lines }: Shift): Range {
  if (start.line <= after) return { start, end };
  return { start: { ...start, line: start.line + lines }, end: { ...end, line: end.line + lines } };
}
