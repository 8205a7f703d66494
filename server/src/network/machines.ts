import { reservedNames } from "../options/reservedNames.ts";
import { Evaluator, type Focus } from "../partial/evaluator.ts";
import type { Sources } from "../partial/sources.ts";
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
} from "../partial/value.ts";
import type { Machine, Network } from "../protocol.ts";
import type { NixDocument } from "../syntax/document.ts";
import { deploymentOf } from "./deployment.ts";
import { duplicateMachines } from "./duplicates.ts";
import { modulesOfEvalConfig, nothingKnown } from "./evalConfig.ts";
import { ModuleCollector, type ModuleConfig, stringsIn } from "./modules.ts";
import { effectiveSystems, type MachineSystems, type NetworkPkgs } from "./system.ts";

/** Values that cannot be a NixOS module. */
const notModules: ReadonlySet<Value["kind"]> = new Set(["number", "bool", "null", "list"]);

/**
 * The machines of a network file, as far as its text and the files that it imports tell.
 *
 * @param read machines by name that have been read already, if the network has them.
 */
export function readMachines(
  document: NixDocument,
  sources: Sources,
  read: ReadonlyMap<string, Machine> = new Map(),
): Network {
  const evaluator = new Evaluator(sources);
  const { budget } = evaluator;
  const network = budget.guard(() => networkValue(evaluator.document(document)), undefined);
  if (network === undefined) return { uri: document.uri, machines: [], complete: false, problems: [] };
  const description = budget.guard(() => select(select(network, "network") ?? unknown, "description"), unknown);
  const reader = new MachineReader(document, evaluator, network);
  return {
    uri: document.uri,
    description: description?.kind === "string" ? description.text : undefined,
    machines: [...network.attributes].flatMap(([name, attribute]) => read.get(name) ?? reader.read(name, attribute)),
    orderingTags: budget.guard(() => orderingTags(network), undefined),
    complete: network.complete && !budget.isCut,
    problems: duplicateMachines(document),
  };
}

function orderingTags(network: SetValue): string[] | undefined {
  const ordering = select(select(network, "network") ?? unknown, "ordering");
  const tags = ordering === undefined ? undefined : select(ordering, "tags");
  return tags === undefined ? undefined : stringsIn(tags);
}

/** One machine, with only the bindings of `focus` looked at; undefined when they have none of that name, or not all is read. */
export function readFocused(document: NixDocument, sources: Sources, name: string, focus: Focus): Machine | undefined {
  const evaluator = new Evaluator(sources);
  const { budget } = evaluator;
  const network = budget.guard(() => networkValue(evaluator.document(document, focus)), undefined);
  const attribute = network?.attributes.get(name);
  if (network === undefined || attribute === undefined) return undefined;
  const [machine] = new MachineReader(document, evaluator, network).read(name, attribute);
  return budget.isCut ? undefined : machine;
}

/** Morph's evaluator imports the file and takes a set; a function is given what its defaults are. */
function networkValue(value: Value): SetValue | undefined {
  const network = value.kind === "function" ? apply(value, known(set(new Map()))) : value;
  return network.kind === "set" ? network : undefined;
}

/** What the network says of all machines. */
interface Common {
  readonly pkgs: NetworkPkgs | undefined;
  readonly evalConfig: Value | undefined;
  readonly unread: readonly ModuleConfig[];
}

/** What cannot be read of `network` may be its `pkgs`. */
function commonOf(network: SetValue): Common {
  const settings = network.attributes.get("network")?.thunk.force() ?? set(new Map());
  const attribute = settings.kind === "set" ? settings.attributes.get("pkgs") : undefined;
  const value = attribute?.thunk.force();
  const isAbsent = attribute === undefined && select(settings, "pkgs") === undefined;
  return {
    // Morph takes an empty set for none.
    pkgs: value === undefined || isEmpty(value) ? undefined : { value, definition: attribute?.definition },
    evalConfig: settings.kind === "set" ? settings.attributes.get("evalConfig")?.thunk.force() : undefined,
    unread: attribute === undefined && !isAbsent ? [nothingKnown] : [],
  };
}

function isEmpty(value: Value): boolean {
  return value.kind === "set" && value.complete && value.attributes.size === 0;
}

/** What the modules of a machine tell. */
type Stated = MachineSystems & ReturnType<typeof deploymentOf>;

/** What is known of a machine that takes too much to read. */
const unreadable: Stated = { ...effectiveSystems([nothingKnown], undefined), ...deploymentOf([nothingKnown]) };

/** Reads machines that share a network. */
class MachineReader {
  readonly #document: NixDocument;
  readonly #evaluator: Evaluator;
  readonly #defaults: Attribute | undefined;
  readonly #common: Common;

  constructor(document: NixDocument, evaluator: Evaluator, network: SetValue) {
    this.#document = document;
    this.#evaluator = evaluator;
    this.#defaults = network.attributes.get("defaults");
    this.#common = evaluator.budget.guard(() => commonOf(network), {
      pkgs: undefined,
      evalConfig: undefined,
      unread: [nothingKnown],
    });
  }

  read(name: string, { thunk, definition }: Attribute): Machine[] {
    if (reservedNames.has(name)) return [];
    const { budget } = this.#evaluator;
    const value = budget.guard(() => thunk.force(), unknown);
    if (notModules.has(value.kind) || (value.kind === "string" && !value.text.startsWith("/"))) return [];
    const stated = budget.guard(() => this.#stated(name, value), unreadable);
    return [{ name, ...this.#place(definition), ...stated }];
  }

  #stated(name: string, value: Value): Stated {
    const modules = this.#modules(name, value);
    return { ...effectiveSystems(modules, this.#common.pkgs), ...deploymentOf(modules) };
  }

  #modules(name: string, value: Value): ModuleConfig[] {
    const collector = new ModuleCollector(this.#evaluator, name);
    const own = collector.collect(value, false);
    const common = this.#defaults === undefined ? [] : collector.collect(this.#defaults.thunk.force(), true);
    const { evalConfig, unread } = this.#common;
    const added = evalConfig === undefined ? [] : modulesOfEvalConfig(evalConfig, this.#evaluator, collector);
    return [...own, ...common, ...added, ...unread];
  }

  /** Where a machine stands. One that another file names, or that is put together from pieces, stands nowhere in this one. */
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
