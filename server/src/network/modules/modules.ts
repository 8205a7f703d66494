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

/** The configuration that one module sets; unknown if it cannot be read from the text. */
export interface ModuleConfig {
  readonly config: Value;
  /** Whether it comes from the network's `defaults`. */
  readonly isDefault: boolean;
  /** Whether it declares options of `deployment`, or may declare some in a part that cannot be read. */
  readonly mayDeclare?: boolean | undefined;
}

/** One definition of an option, somewhere in the modules of a machine. */
export interface OptionDefinition {
  readonly value: Value;
  /** The lower one wins. */
  readonly priority: number;
  /** Under an unknown condition. */
  readonly isConditional: boolean;
  readonly isDefault: boolean;
  /** The binding that names the option. */
  readonly definition?: Definition | undefined;
}

/** The most modules that are read: imports may be nested without limit. */
const maxModules = 1000;

/** Collects the modules of a machine: its own, those that it imports, and their imports. */
export class ModuleCollector {
  readonly #evaluator: Evaluator;
  readonly #machine: string;
  /** The paths of all files that were read. */
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
   * The content of a module: a file's value, a function's result. Files that were read already are skipped, and so are those of
   * nixpkgs, which do not concern a single machine.
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

  /** The arguments of modules. The configuration itself and packages are unknown without evaluating. */
  #arguments(): Value {
    const named: [string, Value][] = [
      ["lib", this.#evaluator.library],
      ["name", string(this.#machine)],
      // A string as in NixOS, and not a path that could be read.
      ["modulesPath", string("<nixpkgs/nixos/modules>")],
      ...["config", "options", "pkgs", "nodes"].map((name): [string, Value] => [name, unknown]),
    ];
    return set(new Map(named.map(([name, value]): [string, Attribute] => [name, { thunk: known(value) }])), false);
  }
}

/** The part of a module that sets options: all of it, unless it has `config` or `options`. */
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

/** All definitions of an option, with `mkIf`, `mkMerge` and priorities resolved at every level. */
export function definitionsOf(modules: readonly ModuleConfig[], option: readonly string[]): OptionDefinition[] {
  const [first, ...rest] = option;
  if (first === undefined) return modules.flatMap(module => definitionsIn(wholeOf(module), []));
  const found = definitionsBelow(modules, first);
  return rest.length === 0 ? [...found] : found.flatMap(definition => definitionsIn(definition, rest));
}

function wholeOf({ config, isDefault }: ModuleConfig): OptionDefinition {
  return { value: config, priority: priorities.plain, isConditional: false, isDefault };
}

/** Modules -> first name of an option -> its definitions: many options with the same first name are looked up. */
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

/** The deepest nesting of properties that is resolved. */
const maxProperties = 200;

/** Resolves `lib.mkIf`, `mkMerge` and `mkOverride` of a definition. */
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

/** Whether modules may define something below an option that cannot be read from their text. */
export function mayDefineMore(modules: readonly ModuleConfig[], option: string): boolean {
  const isUnread = ({ value }: OptionDefinition) =>
    value.kind === "unknown" || (value.kind === "set" && !value.complete);
  if (definitionsOf(modules, [option]).some(isUnread)) return true;
  return definitionsOf(modules, []).some(
    found => isUnread(found) && !(found.value.kind === "set" && found.value.attributes.has(option)),
  );
}

/** The definition with the highest priority, or `undecided` if an unknown condition may change which one that is. */
export function winning(definitions: readonly OptionDefinition[]): OptionDefinition | "undecided" | undefined {
  const certain = definitions.filter(({ isConditional }) => !isConditional);
  const strongest = Math.min(...certain.map(({ priority }) => priority));
  if (definitions.some(({ isConditional, priority }) => isConditional && priority <= strongest)) return "undecided";
  return certain.find(({ priority }) => priority === strongest);
}

/** The strings of a list; undefined for any other value. */
export function stringsIn(value: Value): string[] | undefined {
  return textsOf(known(value));
}
