import { Evaluator } from "../../staticEvaluation/evaluator.ts";
import { noSources, type Sources } from "../../staticEvaluation/values/sources.ts";
import { type Origin, textOf, type Value } from "../../staticEvaluation/values/value.ts";
import type { AttributePath } from "../../syntax/attributePath.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { ancestorsOf, isSet } from "../../syntax/nodes.ts";
import type { Span } from "../../syntax/strict/span.ts";
import { knownItems } from "../modules/listItems.ts";
import { type BuildMachine, buildMachineOf, lineOfMachine } from "./buildMachine.ts";
import { mayDeclareBuildersIn, type WrittenOption, writtenOptions } from "./written.ts";

/** Where a text sets an option. Offsets count UTF-16 units. */
export interface Written {
  /** From the top level of the file: the name of a machine may be its first segment. */
  readonly path: AttributePath;
  readonly binding: Span;
  /** The last segment of the binding's path. */
  readonly name: Span;
}

/** One entry of `nix.buildMachines`. */
export interface DeclaredMachine {
  readonly machine: BuildMachine;
  /** Its line for Nix, with `…` for what the text does not determine. */
  readonly line: string;
  /** It depends on a condition that the text does not determine. */
  readonly isConditional: boolean;
  /** The sets in the same text that its attributes are in: usually one, which makes several entries if a function returns it. */
  readonly sets: readonly Span[];
  /** Its first attribute in the same text. */
  readonly first?: Span | undefined;
}

export interface DeclaredMachines extends Written {
  readonly entries: readonly DeclaredMachine[];
  /** Whether these are all entries, and all of each is known. */
  readonly isComplete: boolean;
}

export interface EmulatedSystem {
  readonly system: string;
  readonly isConditional: boolean;
  /** Its string, if that is in the same text. */
  readonly place?: Span | undefined;
}

export interface EmulatedSystems extends Written {
  readonly systems: readonly EmulatedSystem[];
  readonly isComplete: boolean;
}

/** What a text declares about builders. */
export interface BuilderDeclarations {
  readonly buildMachines: readonly DeclaredMachines[];
  readonly emulatedSystems: readonly EmulatedSystems[];
  /** The builders that a network passes to Nix, in the notation of Nix's setting. */
  readonly networkBuilders: readonly (Written & { readonly value: string })[];
  /** `value` is undefined if the text does not determine it. */
  readonly distributedBuilds: readonly (Written & { readonly value: boolean | undefined })[];
}

const nothing: BuilderDeclarations = {
  buildMachines: [],
  emulatedSystems: [],
  networkBuilders: [],
  distributedBuilds: [],
};

/** The most steps of evaluation for one text, which take about 20 ms. */
const limits = { steps: 50_000, depth: 300, made: 1_000_000 };

/** The most entries of one list that are read. */
const maxEntries = 500;

/**
 * What a text declares about builders for NixOS, as far as the text determines it, regardless of what kind of file it is. Nothing
 * is guessed: what is unknown is left out.
 *
 * @param sources those files that it imports which have been loaded.
 */
export function builderDeclarations(document: NixDocument, sources: Sources = noSources): BuilderDeclarations {
  if (!mayDeclareBuildersIn(document)) return nothing;
  const written = writtenOptions(document);
  if (written.length === 0) return nothing;
  const evaluator = new Evaluator(sources, limits);
  const of = (option: WrittenOption["option"]) => written.filter(each => each.option === option);
  return {
    buildMachines: of("buildMachines").map(each => machinesOf(document, each, evaluator)),
    emulatedSystems: of("emulatedSystems").map(each => emulatedOf(document, each, evaluator)),
    networkBuilders: of("builders").flatMap(each => {
      const value = textOf(evaluator.expression(document, each.value));
      return value === undefined ? [] : [{ ...placeOf(each), value }];
    }),
    distributedBuilds: of("distributedBuilds").map(each => {
      const value = evaluator.expression(document, each.value);
      return { ...placeOf(each), value: value.kind === "bool" ? value.value : undefined };
    }),
  };
}

function machinesOf(document: NixDocument, written: WrittenOption, evaluator: Evaluator): DeclaredMachines {
  const { items, isComplete } = knownItems(document, written.value, evaluator);
  const entries = items.slice(0, maxEntries).flatMap(({ value, isConditional }): DeclaredMachine[] => {
    const machine = evaluator.budget.guard(() => buildMachineOf(value), undefined);
    if (machine === undefined) return [];
    return [{ machine, line: lineOfMachine(machine), isConditional, ...placesIn(value, document) }];
  });
  const isAll = isComplete && entries.length === items.length && !evaluator.budget.isCut;
  return {
    ...placeOf(written),
    entries,
    isComplete: isAll && entries.every(({ machine }) => machine.unknown.size === 0),
  };
}

function placesIn(value: Value, document: NixDocument): Pick<DeclaredMachine, "sets" | "first"> {
  const definitions =
    value.kind === "set" ? [...value.attributes.values()].flatMap(({ definition }) => definition ?? []) : [];
  const bindings = definitions
    .filter(({ binding }) => binding.document === document)
    .map(({ binding }) => spanOf(binding))
    .toSorted((a, b) => a.start - b.start);
  const sets = new Map(bindings.flatMap(binding => setAround(document, binding)).map(set => [set.start, set]));
  return { sets: [...sets.values()], first: bindings[0] };
}

function setAround({ root }: NixDocument, { start, end }: Span): Span[] {
  const node = root.descendantForIndex(start, Math.max(start, end - 1));
  const set = node === null ? undefined : ancestorsOf(node).find(isSet);
  return set === undefined ? [] : [{ start: set.startIndex, end: set.endIndex }];
}

function emulatedOf(document: NixDocument, written: WrittenOption, evaluator: Evaluator): EmulatedSystems {
  const { items, isComplete } = knownItems(document, written.value, evaluator);
  const systems = items.slice(0, maxEntries).flatMap(({ value, isConditional }): EmulatedSystem[] => {
    const system = textOf(value);
    const origin = value.kind === "string" ? value.origin : undefined;
    const place = origin?.document === document ? spanOf(origin) : undefined;
    return system === undefined ? [] : [{ system, isConditional, place }];
  });
  return { ...placeOf(written), systems, isComplete: isComplete && systems.length === items.length };
}

function placeOf({ path, binding, name }: WrittenOption): Written {
  return {
    path,
    binding: { start: binding.startIndex, end: binding.endIndex },
    name: { start: name.startIndex, end: name.endIndex },
  };
}

function spanOf({ start, end }: Origin): Span {
  return { start, end };
}
