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
import { ModuleCollector, type ModuleConfig } from "./modules.ts";
import { effectiveSystems, type NetworkPkgs } from "./system.ts";

/** Values that cannot be a NixOS module. */
const notModules: ReadonlySet<Value["kind"]> = new Set(["number", "bool", "null", "list"]);

/** The machines of a network file, as far as its text and the files that it imports tell. */
export function readMachines(document: NixDocument, sources: Sources): Network {
  const evaluator = new Evaluator(sources);
  const network = networkValue(evaluator.document(document));
  if (network === undefined) return { uri: document.uri, machines: [], complete: false, problems: [] };
  const description = select(select(network, "network") ?? unknown, "description");
  const reader = new MachineReader(document, evaluator, network);
  return {
    uri: document.uri,
    description: description?.kind === "string" ? description.text : undefined,
    machines: [...network.attributes].flatMap(([name, attribute]) => reader.read(name, attribute)),
    complete: network.complete && !evaluator.budget.isCut,
    problems: duplicateMachines(document),
  };
}

/** One machine, with only the bindings of `focus` looked at; undefined when they have none of that name. */
export function readFocused(document: NixDocument, sources: Sources, name: string, focus: Focus): Machine | undefined {
  const evaluator = new Evaluator(sources);
  const network = networkValue(evaluator.document(document, focus));
  const attribute = network?.attributes.get(name);
  if (network === undefined || attribute === undefined || evaluator.budget.isCut) return undefined;
  return new MachineReader(document, evaluator, network).read(name, attribute)[0];
}

/** Morph's evaluator imports the file and takes a set; a function is given what its defaults are. */
function networkValue(value: Value): SetValue | undefined {
  const network = value.kind === "function" ? apply(value, known(set(new Map()))) : value;
  return network.kind === "set" ? network : undefined;
}

function networkPkgs(settings: Value): NetworkPkgs | undefined {
  const attribute = settings.kind === "set" ? settings.attributes.get("pkgs") : undefined;
  return attribute && { value: attribute.thunk.force(), definition: attribute.definition };
}

/** Stands for what may state anything. */
const nothingKnown: ModuleConfig = { config: unknown, isDefault: true };

/** Reads machines that share a network. */
class MachineReader {
  readonly #document: NixDocument;
  readonly #evaluator: Evaluator;
  readonly #defaults: Attribute | undefined;
  readonly #pkgs: NetworkPkgs | undefined;
  /** What cannot be read of `network` may be its `pkgs`. */
  readonly #unread: readonly ModuleConfig[];

  constructor(document: NixDocument, evaluator: Evaluator, network: SetValue) {
    this.#document = document;
    this.#evaluator = evaluator;
    this.#defaults = network.attributes.get("defaults");
    const settings = network.attributes.get("network")?.thunk.force() ?? set(new Map());
    this.#pkgs = networkPkgs(settings);
    this.#unread = select(settings, "pkgs")?.kind === "unknown" && this.#pkgs === undefined ? [nothingKnown] : [];
  }

  read(name: string, { thunk, definition }: Attribute): Machine[] {
    if (reservedNames.has(name)) return [];
    const value = thunk.force();
    if (notModules.has(value.kind) || (value.kind === "string" && !value.text.startsWith("/"))) return [];
    const modules = this.#modules(name, value);
    return [{ name, ...this.#place(definition), ...effectiveSystems(modules, this.#pkgs), ...deploymentOf(modules) }];
  }

  #modules(name: string, value: Value): ModuleConfig[] {
    const collector = new ModuleCollector(this.#evaluator, name);
    const own = collector.collect(value, false);
    const common = this.#defaults === undefined ? [] : collector.collect(this.#defaults.thunk.force(), true);
    return [...own, ...common, ...this.#unread];
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
