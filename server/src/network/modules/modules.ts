import type { Evaluator } from "../../staticEvaluation/evaluator.ts";
import { priorities } from "../../staticEvaluation/functions/overrides.ts";
import { itemsOf, textsOf } from "../../staticEvaluation/values/inspect.ts";
import {
  type Attribute,
  apply,
  type Definition,
  known,
  lazy,
  select,
  set,
  string,
  textOf,
  unknown,
  type Value,
} from "../../staticEvaluation/values/value.ts";

/** The configuration of one module: what it sets. That of a module which the text does not tell is unknown. */
export interface ModuleConfig {
  readonly config: Value;
  /** Whether it comes from the network's `defaults`. */
  readonly isDefault: boolean;
  /** Whether it declares options of `deployment`, or may do so without the text telling it. */
  readonly mayDeclare?: boolean | undefined;
}

/** One definition of an option, somewhere in the modules of a machine. */
export interface OptionDefinition {
  readonly value: Value;
  /** The lower one wins. */
  readonly priority: number;
  /** Under a condition that is not known. */
  readonly isConditional: boolean;
  readonly isDefault: boolean;
  /** Where the option is named. */
  readonly definition?: Definition | undefined;
}

/** More modules than this are not looked at: an import may be made of more and more imports. */
const maxModules = 1000;

/** Collects the modules that a machine is made of: its own, those that it imports, and theirs. */
export class ModuleCollector {
  readonly #evaluator: Evaluator;
  readonly #machine: string;
  /** The paths of all files that were looked at. */
  readonly files = new Set<string>();

  constructor(evaluator: Evaluator, machine: string) {
    this.#evaluator = evaluator;
    this.#machine = machine;
  }

  collect(value: Value, isDefault: boolean): ModuleConfig[] {
    const configs: ModuleConfig[] = [];
    const files = new Set<string>();
    const waiting: Value[] = [value];
    for (let module = waiting.shift(); module !== undefined && configs.length < maxModules; module = waiting.shift()) {
      const content = this.#content(module, files);
      if (content?.kind === "set" || content?.kind === "unknown")
        configs.push({ config: configOf(content), isDefault, mayDeclare: mayDeclareDeployment(content) });
      if (content?.kind !== "set") continue;
      for (const list of ["imports", "require"]) for (const value of importsOf(content, list)) waiting.push(value);
    }
    if (configs.length >= maxModules) configs.push({ config: unknown, isDefault, mayDeclare: true });
    return configs;
  }

  /**
   * What a module says: a file's content, a function's result. A file that was looked at already says nothing new, and one of
   * nixpkgs nothing of a single machine.
   */
  #content(module: Value, files: Set<string>): Value | undefined {
    if (module.kind === "searchPath") return /^nixpkgs(?:\/|$)/.test(module.name) ? undefined : unknown;
    let value: Value = module;
    const path = value.kind === "path" || value.kind === "string" ? textOf(value) : undefined;
    if (path !== undefined) {
      if (!path.startsWith("/") || files.has(path)) return undefined;
      files.add(path);
      this.files.add(path);
      value = this.#evaluator.file(path);
    }
    return value.kind === "function"
      ? apply(
          value,
          lazy(() => this.#arguments()),
        )
      : value;
  }

  /** What modules are called with. Of the configuration itself and of packages nothing is known without evaluating. */
  #arguments(): Value {
    const named: [string, Value][] = [
      ["lib", this.#evaluator.library],
      ["name", string(this.#machine)],
      // A string as in NixOS, and no path that anybody could look at.
      ["modulesPath", string("<nixpkgs/nixos/modules>")],
      ...["config", "options", "pkgs", "nodes"].map((name): [string, Value] => [name, unknown]),
    ];
    return set(new Map(named.map(([name, value]): [string, Attribute] => [name, { thunk: known(value) }])), false);
  }
}

/** The part of a module that sets options: all of it, unless it has `config` or declares `options`. */
function configOf(content: Value): Value {
  if (content.kind !== "set") return unknown;
  const isStructured = content.attributes.has("config") || content.attributes.has("options");
  return isStructured ? (select(content, "config") ?? set(new Map())) : content;
}

function mayDeclareDeployment(content: Value): boolean {
  const options = select(content, "options");
  return options !== undefined && select(options, "deployment") !== undefined;
}

function importsOf(content: Value, list: string): Value[] {
  const value = select(content, list);
  if (value?.kind === "unknown") return [value];
  return value === undefined ? [] : (itemsOf(known(value)) ?? []).map(item => item.force());
}

/** Every definition of an option, `mkIf`, `mkMerge` and priorities taken off at every level. */
export function definitionsOf(modules: readonly ModuleConfig[], option: readonly string[]): OptionDefinition[] {
  const [first, ...rest] = option;
  if (first === undefined) return modules.flatMap(module => definitionsIn(wholeOf(module), []));
  const found = definitionsBelow(modules, first);
  return rest.length === 0 ? [...found] : found.flatMap(definition => definitionsIn(definition, rest));
}

function wholeOf({ config, isDefault }: ModuleConfig): OptionDefinition {
  return { value: config, priority: priorities.plain, isConditional: false, isDefault };
}

/** Modules -> first name of an option -> its definitions: a machine is asked for many options that begin alike. */
const definitionsKnown = new WeakMap<readonly ModuleConfig[], Map<string, readonly OptionDefinition[]>>();

function definitionsBelow(modules: readonly ModuleConfig[], first: string): readonly OptionDefinition[] {
  const all = definitionsKnown.get(modules) ?? new Map<string, readonly OptionDefinition[]>();
  definitionsKnown.set(modules, all);
  const found = all.get(first) ?? modules.flatMap(module => definitionsIn(wholeOf(module), [first]));
  all.set(first, found);
  return found;
}

function definitionsIn(found: OptionDefinition, option: readonly string[]): OptionDefinition[] {
  return discharged(found).flatMap(plain => {
    const [name, ...rest] = option;
    if (name === undefined) return [plain];
    const attribute = plain.value.kind === "set" ? plain.value.attributes.get(name) : undefined;
    if (attribute === undefined) return [];
    const { thunk, definition } = attribute;
    return definitionsIn({ ...plain, value: thunk.force(), definition: definition ?? plain.definition }, rest);
  });
}

/** Properties within properties: deeper than this nothing is known. */
const maxProperties = 200;

/** A definition without what `lib.mkIf`, `mkMerge` and `mkOverride` say about it. */
function discharged(found: OptionDefinition, depth = 0): OptionDefinition[] {
  if (depth > maxProperties) return [{ ...found, value: unknown }];
  const { value } = found;
  const type = value.kind === "set" ? value.attributes.get("_type")?.thunk.force() : undefined;
  if (type?.kind !== "string") return [found];
  const field = (name: string) => select(value, name) ?? unknown;
  switch (type.text) {
    case "if": {
      const condition = field("condition");
      if (condition.kind === "bool" && !condition.value) return [];
      const isConditional = found.isConditional || condition.kind !== "bool";
      return discharged({ ...found, value: field("content"), isConditional }, depth + 1);
    }
    case "merge": {
      const items = itemsOf(known(field("contents")));
      if (items === undefined) return [{ ...found, value: unknown }];
      return items.flatMap(item => discharged({ ...found, value: item.force() }, depth + 1));
    }
    case "override": {
      const priority = field("priority");
      const isFirst = found.priority === priorities.plain;
      const next = priority.kind === "number" && isFirst ? priority.value : found.priority;
      return discharged({ ...found, value: field("content"), priority: next }, depth + 1);
    }
    default:
      return [found];
  }
}

/** Whether modules may define something below an option without their text telling it. */
export function mayDefineMore(modules: readonly ModuleConfig[], option: string): boolean {
  const isUnread = ({ value }: OptionDefinition) =>
    value.kind === "unknown" || (value.kind === "set" && !value.complete);
  if (definitionsOf(modules, [option]).some(isUnread)) return true;
  return definitionsOf(modules, []).some(
    found => isUnread(found) && !(found.value.kind === "set" && found.value.attributes.has(option)),
  );
}

/** The definition that wins, or `undecided` where a condition that is not known may make another one win. */
export function winning(definitions: readonly OptionDefinition[]): OptionDefinition | "undecided" | undefined {
  const certain = definitions.filter(({ isConditional }) => !isConditional);
  const strongest = Math.min(...certain.map(({ priority }) => priority));
  if (definitions.some(({ isConditional, priority }) => isConditional && priority <= strongest)) return "undecided";
  return certain.find(({ priority }) => priority === strongest);
}

/** The texts of a list of strings; undefined when it is none. */
export function stringsIn(value: Value): string[] | undefined {
  return textsOf(known(value));
}
