import * as l10n from "@vscode/l10n";
import type { Location } from "vscode-languageserver-types";
import { type MorphOption, type OptionType, typeName } from "../../options/option.ts";
import { type OptionTree, optionBelow } from "../../options/tree.ts";
import type { Problem } from "../../protocol.ts";
import { itemsOf } from "../../staticEvaluation/values/inspect.ts";
import { known, type Value } from "../../staticEvaluation/values/value.ts";
import { definitionsOf, type ModuleConfig, mayDefineMore, type OptionDefinition } from "../modules/modules.ts";
import { locationOf } from "../modules/system.ts";
import { writtenPath } from "../modules/writtenPath.ts";

/** A part of a configuration: the modules that define it, and its option. */
interface Place {
  readonly modules: readonly ModuleConfig[];
  /** Its path within the modules. */
  readonly path: readonly string[];
  /** Beginning with `network` or `deployment`, with `*` for a list element. */
  readonly name: readonly string[];
  readonly tree: OptionTree;
  /** Whether all modules are known, so that none may define a missing option. */
  readonly isAllRead: boolean;
}

const nothing: OptionTree = { below: new Map() };

/**
 * Values of `deployment.*` that Morph refuses, and required options that no module defines, regardless of where the values come
 * from.
 *
 * @param options all options of Morph.
 */
export function deploymentProblems(modules: readonly ModuleConfig[], options: OptionTree): Problem[] {
  const name = ["deployment"];
  const tree = optionBelow(options, "deployment") ?? nothing;
  const place = { modules, path: name, name, tree, isAllRead: !mayDefineMore(modules, "deployment") };
  return problemsBelow(place, definitionsAt(place));
}

/** Values of `network.*` that Morph refuses. */
export function networkProblems(settings: Value, options: OptionTree): Problem[] {
  const modules = [{ config: settings, isDefault: false }];
  const tree = optionBelow(options, "network") ?? nothing;
  const place = { modules, path: [], name: ["network"], tree, isAllRead: false };
  return problemsBelow(place, definitionsAt(place));
}

function problemsAt(place: Place): Problem[] {
  const { option } = place.tree;
  if (option === undefined) return [];
  const definitions = definitionsAt(place);
  const illTyped = definitions.filter(({ value }) => isIllTyped(value, option.type));
  if (illTyped.length > 0) return illTyped.map(definition => illTypedProblem(option, place, definition));
  if (option.type === "list of sets") return definitions.flatMap(definition => problemsOfItems(place, definition));
  return option.type === "set" ? problemsBelow(place, definitions) : [];
}

function problemsOfItems({ name, tree, isAllRead }: Place, { value, definition }: OptionDefinition): Problem[] {
  const below = optionBelow(tree, "*") ?? nothing;
  return (itemsOf(known(value)) ?? []).flatMap(item => {
    const modules = [{ config: item.force(), isDefault: false }];
    const place = { modules, path: [], name: [...name, "*"], tree: below, isAllRead };
    return problemsBelow(
      place,
      definitionsAt(place).map(each => ({ ...each, definition })),
    );
  });
}

/** Problems of the attributes of a set, and missing attributes. */
function problemsBelow(place: Place, definitions: readonly OptionDefinition[]): Problem[] {
  const { modules, path, name, tree, isAllRead } = place;
  const sets = definitions.flatMap(({ value }) => (value.kind === "set" ? [value] : []));
  const names = new Set(sets.flatMap(({ attributes }) => [...attributes.keys()]));
  let isEachKnown = true;
  const wrong = [...names].flatMap(each => {
    const below = optionBelow(tree, each);
    if (below === undefined) isEachKnown = false;
    return below === undefined
      ? []
      : problemsAt({ modules, path: [...path, each], name: [...name, each], tree: below, isAllRead });
  });
  const isComplete = isAllRead && sets.length > 0 && sets.length === definitions.length;
  // A misspelled name may be meant as the missing one.
  if (!isComplete || !isEachKnown || !sets.every(({ complete }) => complete)) return wrong;
  const missing = [...tree.below].filter(([each, { option }]) => option?.isRequired === true && !names.has(each));
  return [...wrong, ...missing.flatMap(([each]) => missingProblem([...name, each], definitions))];
}

/** The effective definitions; none if they are not known. */
function definitionsAt({ modules, path }: Place): readonly OptionDefinition[] {
  const definitions = definitionsOf(modules, path);
  const [first] = definitions;
  const isDecided = definitions.every(({ priority, isConditional }) => !isConditional && priority === first?.priority);
  return isDecided ? definitions : [];
}

/** Whether Morph, or NixOS, refuses a value for an option of that type. An unknown value may be anything. */
function isIllTyped(value: Value, type: OptionType): boolean {
  if (value.kind === "unknown" || type === "anything") return false;
  if (typeof type !== "string") return value.kind !== "string" || !type.oneOf.includes(value.text);
  const base = type.replace(" or null", "");
  if (base !== type && value.kind === "null") return false;
  switch (base) {
    case "string":
      return value.kind !== "string";
    case "integer":
      return value.kind !== "number";
    case "boolean":
      return value.kind !== "bool";
    case "absolute path":
      return isNoPath(value);
    case "set":
      return isNoModule(value);
    case "list of strings":
      return value.kind !== "list" || value.items.some(item => isIllTyped(item.force(), "string"));
    case "list of sets":
      return value.kind !== "list" || value.items.some(item => isNoModule(item.force()));
    case "set of strings":
      return value.kind !== "set" || [...value.attributes.values()].some(({ thunk }) => isNoText(thunk.force()));
    default:
      return false;
  }
}

function isNoPath(value: Value): boolean {
  return value.kind === "string" ? !value.text.startsWith("/") : value.kind !== "path" && value.kind !== "searchPath";
}

/** A set of options may be written as a module: a function or a file. */
function isNoModule(value: Value): boolean {
  if (value.kind === "string") return !value.text.startsWith("/");
  return value.kind === "number" || value.kind === "bool" || value.kind === "null" || value.kind === "list";
}

/** Properties such as `mkForce` are ignored. */
function isNoText(value: Value): boolean {
  const isProperty = value.kind === "set" && value.attributes.has("_type");
  return !isProperty && isIllTyped(value, "string");
}

function illTypedProblem({ type }: MorphOption, { name }: Place, { definition }: OptionDefinition): Problem {
  const location = locationOf(definition?.value ?? definition?.name);
  const isNixConfig = name[1] === "nixConfig" && name.length === 3;
  const message = isNixConfig
    ? l10n.t("Morph refuses Nix settings that are not strings. Put the value in quotes.")
    : l10n.t("Option '{0}' must be: {1}.", name.join("."), typeName(type));
  return problem(isNixConfig ? "nix-config-not-string" : "ill-typed-option", message, location);
}

function missingProblem(option: readonly string[], [first]: readonly OptionDefinition[]): Problem[] {
  const message = l10n.t("Option '{0}' is not set, and Morph refuses a network without it.", option.join("."));
  return [problem("missing-option", message, locationOf(first?.definition && writtenPath(first.definition)))];
}

function problem(code: string, message: string, location: Location | undefined): Problem {
  return { code, severity: "error", message, ...(location === undefined ? {} : { location }) };
}
