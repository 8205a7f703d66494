import * as l10n from "@vscode/l10n";
import { morphOptions } from "../options/options.ts";
import { reservedNames } from "../options/reservedNames.ts";
import { optionTree } from "../options/tree.ts";
import type { Machine, Network, Problem } from "../protocol.ts";
import { Evaluator, type Focus } from "../staticEvaluation/evaluator.ts";
import type { Limits } from "../staticEvaluation/values/budget.ts";
import type { Sources } from "../staticEvaluation/values/sources.ts";
import {
  type Attribute,
  apply,
  type Definition,
  known,
  type SetValue,
  select,
  set,
  unknown,
  type Value,
} from "../staticEvaluation/values/value.ts";
import type { NixDocument } from "../syntax/document.ts";
import { deploymentOf } from "./modules/deployment.ts";
import { modulesOfEvalConfig, nothingKnown } from "./modules/evalConfig.ts";
import { ModuleCollector, type ModuleConfig, stringsIn } from "./modules/modules.ts";
import {
  type MachineEvidence,
  machineEvidence,
  type Recognition,
  recogniseMachines,
  recogniseTop,
} from "./modules/recognise.ts";
import { effectiveSystems, type MachineSystems, type NetworkPkgs } from "./modules/system.ts";
import { duplicateMachines } from "./problems/duplicates.ts";
import { deploymentProblems, networkProblems } from "./problems/optionProblems.ts";
import { distinct, functionProblem, noMachine, placed } from "./problems/problems.ts";

/** In a network with more machines than this only their names are read: anything else would take too long. */
export const maxMachines = 20_000;

/** How many machines are read to decide whether a text is a network, if otherwise only names are read. */
const sample = 100;

/** Values that cannot be a NixOS module. */
const notModules: ReadonlySet<Value["kind"]> = new Set(["number", "bool", "null", "list"]);

/** A machine, and the evidence that it is one. */
export interface ReadMachine {
  readonly machine: Machine;
  readonly evidence: MachineEvidence;
}

/** The result of reading a text. */
export interface Reading {
  /** Its content, read as a network. */
  readonly network: Network;
  readonly recognised: Recognition;
  /** Whether the text has no syntax error. */
  readonly isSound: boolean;
  /** For each of its machines, by name. */
  readonly evidence: ReadonlyMap<string, MachineEvidence>;
  /** The paths of the files that its machines use as modules. */
  readonly modules: ReadonlySet<string>;
  /** How many steps of evaluation it took. */
  readonly steps: number;
}

/** Options for reading a text. */
export interface ReadOptions {
  /** It is known to be a network: its machines are read even if it does not look like one. */
  readonly isNetwork?: boolean;
  /** Machines that have been read already, by name; used if the network has them. */
  readonly read?: ReadonlyMap<string, ReadMachine>;
}

/** The machines of a network file, as far as known from its text and the files that it imports. */
export function readMachines(
  document: NixDocument,
  sources: Sources,
  { isNetwork = false, read = new Map() }: ReadOptions = {},
): Reading {
  const evaluator = new Evaluator(sources);
  const { budget } = evaluator;
  const value = budget.guard(() => evaluator.document(document), unknown);
  const network = budget.guard(() => networkValue(value), unknown);
  const top = budget.guard(() => recogniseTop(value, network), "unknown");
  if (network.kind !== "set" || (top === "other" && !isNetwork))
    return { ...unreadableReading(document.uri, top), isSound: !document.root.hasError };
  const description = budget.guard(() => select(select(network, "network") ?? unknown, "description"), unknown);
  const count = [...network.attributes.keys()].filter(name => !reservedNames.has(name)).length;
  const isTooLarge = count > maxMachines;
  const reader = new MachineReader(document, evaluator, network, isTooLarge);
  const machines = [...network.attributes].flatMap(
    ([name, attribute]) => read.get(name) ?? reader.read(name, attribute),
  );
  const settings = budget.guard(() => select(network, "network"), unknown) ?? unknown;
  const isFunction = value.kind === "function";
  const problems = [
    ...duplicateMachines(document),
    ...(isFunction ? [functionProblem(document)] : []),
    ...budget.guard(() => networkProblems(settings, reader.options), []).flatMap(problem => placed(problem, document)),
    ...reader.problems,
  ];
  const evidence = new Map(machines.map(({ machine, evidence: own }) => [machine.name, own]));
  return {
    network: {
      uri: document.uri,
      description: description?.kind === "string" ? description.text : undefined,
      machines: machines.map(({ machine }) => machine),
      orderingTags: budget.guard(() => orderingTags(network), undefined),
      complete: network.complete && !isFunction && !budget.isCut,
      problems: isTooLarge ? [tooManyMachines(document, count)] : distinct(problems),
    },
    recognised: top ?? budget.guard(() => recogniseMachines(network, [...evidence.values()]), "unknown"),
    isSound: !document.root.hasError,
    evidence,
    modules: reader.files,
    steps: budget.steps,
  };
}

/** The result for a text whose value is not a set, or that cannot be read at all. */
export function unreadableReading(uri: string, recognised: Recognition = "unknown"): Reading {
  const network = { uri, machines: [], complete: false, problems: [] };
  return { network, recognised, isSound: false, evidence: new Map(), modules: new Set(), steps: 0 };
}

function tooManyMachines(document: NixDocument, count: number): Problem {
  return {
    code: "too-many-machines",
    severity: "warning",
    message: l10n.t(
      "The network has {0} machines. With more than {1}, only their names are read, without systems, tags or checks. Split it into several files.",
      count,
      maxMachines,
    ),
    location: { uri: document.uri, range: document.rangeAt(0, 0) },
  };
}

function orderingTags(network: SetValue): string[] | undefined {
  const ordering = select(select(network, "network") ?? unknown, "ordering");
  const tags = ordering === undefined ? undefined : select(ordering, "tags");
  return tags === undefined ? undefined : stringsIn(tags);
}

/** The result of reading a single machine. */
export type FocusedReading = ReadMachine & Pick<Reading, "modules">;

/**
 * Reads one machine from the bindings of `focus` only; undefined if none of them has that name, if not all of it can be read,
 * or if it has problems.
 */
export function readFocused(
  document: NixDocument,
  sources: Sources,
  name: string,
  focus: Focus,
): FocusedReading | undefined {
  const evaluator = new Evaluator(sources);
  const { budget } = evaluator;
  const network = budget.guard(() => networkValue(evaluator.document(document, focus)), unknown);
  const attribute = network.kind === "set" ? network.attributes.get(name) : undefined;
  if (network.kind !== "set" || attribute === undefined) return undefined;
  const reader = new MachineReader(document, evaluator, network);
  const [read] = reader.read(name, attribute);
  return budget.isCut || read === undefined || reader.problems.length > 0
    ? undefined
    : { ...read, modules: reader.files };
}

/** A machine with what all its modules define. */
export interface MachineModules {
  readonly name: string;
  readonly modules: readonly ModuleConfig[];
  readonly systems: MachineSystems;
}

/**
 * What machines of a network define, one after another; undefined for one that takes too long to read.
 *
 * @param isWanted whether a machine is read.
 */
export function* machineModules(
  document: NixDocument,
  sources: Sources,
  isWanted: (name: string) => boolean,
  limits?: Limits,
): Generator<MachineModules | undefined> {
  const evaluator = new Evaluator(sources, limits);
  const { budget } = evaluator;
  const network = budget.guard(() => networkValue(evaluator.document(document)), unknown);
  if (network.kind !== "set") return yield undefined;
  const reader = new MachineReader(document, evaluator, network);
  for (const [name, attribute] of network.attributes)
    if (!reservedNames.has(name) && isWanted(name)) {
      const read = budget.guard(() => reader.modulesOf(name, attribute), undefined);
      yield read === undefined || budget.isCut ? undefined : { name, ...read };
    }
}

/**
 * The set that Morph would use. Morph refuses a function, but the function is called without arguments to show its machines.
 */
export function networkValue(value: Value): Value {
  return value.kind === "function" ? apply(value, known(set(new Map()))) : value;
}

/** What a network defines for all machines. */
interface Common {
  readonly pkgs: NetworkPkgs | undefined;
  readonly evalConfig: Value | undefined;
  readonly unread: readonly ModuleConfig[];
}

/** The unreadable part of `network` may contain `pkgs`. */
function commonOf(network: SetValue): Common {
  const settings = network.attributes.get("network")?.thunk.force() ?? set(new Map());
  const attribute = settings.kind === "set" ? settings.attributes.get("pkgs") : undefined;
  const value = attribute?.thunk.force();
  const isAbsent = attribute === undefined && select(settings, "pkgs") === undefined;
  return {
    // Morph treats an empty set as not set.
    pkgs: value === undefined || isEmpty(value) ? undefined : { value, definition: attribute?.definition },
    evalConfig: settings.kind === "set" ? settings.attributes.get("evalConfig")?.thunk.force() : undefined,
    unread: attribute === undefined && !isAbsent ? [nothingKnown] : [],
  };
}

function isEmpty(value: Value): boolean {
  return value.kind === "set" && value.complete && value.attributes.size === 0;
}

/** What the modules of a machine define. */
interface Stated {
  readonly stated: MachineSystems & ReturnType<typeof deploymentOf>;
  readonly evidence: MachineEvidence;
}

/** The result for a machine that takes too long to read. */
const unreadable: Stated = {
  stated: { ...effectiveSystems([nothingKnown], undefined), ...deploymentOf([nothingKnown]) },
  evidence: "unknown",
};

/** Reads machines that share a network. */
class MachineReader {
  readonly #document: NixDocument;
  readonly #evaluator: Evaluator;
  readonly #defaults: Attribute | undefined;
  readonly #common: Common;
  /** The files that machines use as modules. */
  readonly files = new Set<string>();
  readonly options = optionTree(morphOptions());
  readonly #problems: Problem[] = [];

  readonly #namesOnly: boolean;
  #read = 0;

  constructor(document: NixDocument, evaluator: Evaluator, network: SetValue, namesOnly = false) {
    this.#namesOnly = namesOnly;
    this.#document = document;
    this.#evaluator = evaluator;
    this.#defaults = network.attributes.get("defaults");
    this.#common = evaluator.budget.guard(() => commonOf(network), {
      pkgs: undefined,
      evalConfig: undefined,
      unread: [nothingKnown],
    });
  }

  /** What Morph refuses in the machines that were read. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  read(name: string, { thunk, definition }: Attribute): ReadMachine[] {
    if (reservedNames.has(name)) return [];
    const nameOnly = { name, ...this.#place(definition), ...unreadable.stated };
    if (this.#namesOnly && this.#read++ >= sample) return [{ machine: nameOnly, evidence: "not looked at" }];
    const { budget } = this.#evaluator;
    const value = budget.guard(() => thunk.forceOnce(), unknown);
    if (notModules.has(value.kind) || (value.kind === "string" && !value.text.startsWith("/"))) {
      this.#problems.push(noMachine(name, this.#document, nameOnly.selectionRange));
      return [];
    }
    const modules = budget.guard(() => this.#modules(name, value), [nothingKnown]);
    const { stated, evidence } = budget.guard(() => this.#stated(value, modules), unreadable);
    const problems = budget.guard(() => deploymentProblems(modules, this.options), []);
    for (const problem of problems) this.#problems.push(...placed(problem, this.#document, nameOnly.selectionRange));
    return [{ machine: this.#namesOnly ? nameOnly : { ...nameOnly, ...stated }, evidence }];
  }

  modulesOf(name: string, { thunk }: Attribute): Omit<MachineModules, "name"> {
    const modules = this.#modules(name, thunk.forceOnce());
    return { modules, systems: effectiveSystems(modules, this.#common.pkgs) };
  }

  #stated(value: Value, modules: readonly ModuleConfig[]): Stated {
    return {
      stated: { ...effectiveSystems(modules, this.#common.pkgs), ...deploymentOf(modules) },
      evidence: machineEvidence(value, modules),
    };
  }

  #modules(name: string, value: Value): ModuleConfig[] {
    const collector = new ModuleCollector(this.#evaluator, name);
    const own = collector.collect(value, false);
    const common = this.#defaults === undefined ? [] : collector.collect(this.#defaults.thunk.force(), true);
    const { evalConfig, unread } = this.#common;
    const added = evalConfig === undefined ? [] : modulesOfEvalConfig(evalConfig, this.#evaluator, collector);
    for (const file of collector.files) this.files.add(file);
    return [...own, ...common, ...added, ...unread];
  }

  /** The position of a machine. A machine that is named in another file, or computed, has no position in this one. */
  #place(definition: Definition | undefined): Pick<Machine, "range" | "selectionRange" | "computed"> {
    if (definition === undefined || definition.name.document !== this.#document) {
      const beginning = this.#document.rangeAt(0, 0);
      return { range: beginning, selectionRange: beginning, computed: true };
    }
    const { binding, name } = definition;
    return {
      range: this.#document.rangeAt(binding.start, binding.end),
      selectionRange: this.#document.rangeAt(name.start, name.end),
    };
  }
}
