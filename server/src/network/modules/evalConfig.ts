import type { Evaluator } from "../../staticEvaluation/evaluator.ts";
import { priorities } from "../../staticEvaluation/functions/overrides.ts";
import {
  type Attribute,
  apply,
  known,
  list,
  nullValue,
  number,
  select,
  set,
  string,
  unknown,
  type Value,
} from "../../staticEvaluation/values/value.ts";
import type { ModuleCollector, ModuleConfig } from "./modules.ts";

/** A module that may define anything. */
export const nothingKnown: ModuleConfig = { config: unknown, isDefault: false, mayDeclare: true };

const standard = "nixos/lib/eval-config.nix";

/**
 * What a network's `evalConfig` adds to every machine: the system, the instance of nixpkgs and the modules that it passes to
 * nixpkgs' own `eval-config.nix`, which itself adds nothing.
 */
export function modulesOfEvalConfig(file: Value, evaluator: Evaluator, collector: ModuleCollector): ModuleConfig[] {
  if (file.kind === "searchPath" && file.name === `nixpkgs/${standard}`) return [];
  if ((file.kind === "path" && file.path.endsWith(`/${standard}`)) || file.kind === "null") return [];
  if (file.kind !== "path") return [nothingKnown];
  const called = apply(evaluator.file(file.path), known(morphsArguments()));
  const instance = called.kind === "unknown" ? called.instance : undefined;
  return instance === undefined ? [nothingKnown] : handedOn(instance.argument.force(), collector);
}

/** The arguments that Morph passes: modules in them are not added by `evalConfig`. */
function morphsArguments(): Value {
  return attributes({ modules: list([]), system: nullValue, specialArgs: unknown });
}

function handedOn(argument: Value, collector: ModuleCollector): ModuleConfig[] {
  const given = (name: string) => {
    const value = select(argument, name);
    return value === undefined || value.kind === "null" ? undefined : value;
  };
  const [system, pkgs, modules] = [given("system"), given("pkgs"), given("modules")];
  const nixpkgs = {
    ...(system === undefined ? {} : { system: byDefault(system) }),
    ...(pkgs === undefined ? {} : { pkgs }),
  };
  const own: ModuleConfig = { config: attributes({ nixpkgs: attributes(nixpkgs) }), isDefault: false };
  if (modules === undefined) return [own];
  return [own, ...collector.collect(attributes({ imports: modules }), false)];
}

function byDefault(content: Value): Value {
  return attributes({ _type: string("override"), priority: number(priorities.default), content });
}

function attributes(values: Readonly<Record<string, Value>>): Value {
  const entries = Object.entries(values).map(([name, value]): [string, Attribute] => [name, { thunk: known(value) }]);
  return set(new Map(entries));
}
