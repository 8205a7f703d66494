import type { Value } from "../../staticEvaluation/values/value.ts";
import type { Span } from "../../syntax/strict/span.ts";
import { definitionsOf, type ModuleConfig, type OptionDefinition, stringsIn, winning } from "./modules.ts";

// The values of options that a whole machine has, with all its modules, where its text determines them.

/** A place in a text that sets an option. */
export interface OptionPlace {
  readonly uri: string;
  /** Where its binding begins. */
  readonly start: Span["start"];
}

/** Where the modules set an option. */
export function placesOf(modules: readonly ModuleConfig[], path: readonly string[]): OptionPlace[] {
  return definitionsOf(modules, path).flatMap(({ definition }) => {
    return definition === undefined ? [] : [{ uri: definition.binding.document.uri, start: definition.binding.start }];
  });
}

/** The value of an option of type bool; undefined if it is unknown. */
export function boolAt(
  modules: readonly ModuleConfig[],
  path: readonly string[],
  byDefault: boolean,
): boolean | undefined {
  if (mayBeSetElsewhere(modules, path)) return undefined;
  const won = winning(definitionsOf(modules, path));
  if (won === undefined) return byDefault;
  return won !== "undecided" && won.value.kind === "bool" ? won.value.value : undefined;
}

/** All elements of an option that is a list of strings; undefined if one is unknown. */
export function listAt(modules: readonly ModuleConfig[], path: readonly string[]): string[] | undefined {
  return all(modules, path, ({ value }) => stringsIn(value))?.flat();
}

/** All lines of an option of type lines; undefined if one is unknown. */
export function textAt(modules: readonly ModuleConfig[], path: readonly string[]): string | undefined {
  return all(modules, path, ({ value }) => (value.kind === "string" ? value.text : undefined))?.join("\n");
}

/** Whether an option has a value other than null; undefined if it is unknown. */
export function isSet(modules: readonly ModuleConfig[], path: readonly string[]): boolean | undefined {
  if (mayBeSetElsewhere(modules, path)) return undefined;
  const won = winning(definitionsOf(modules, path));
  if (won === undefined) return false;
  return won === "undecided" ? undefined : won.value.kind !== "null";
}

function all<T>(
  modules: readonly ModuleConfig[],
  path: readonly string[],
  read: (definition: OptionDefinition) => T | undefined,
): T[] | undefined {
  if (mayBeSetElsewhere(modules, path)) return undefined;
  const definitions = definitionsOf(modules, path);
  if (definitions.some(({ isConditional }) => isConditional)) return undefined;
  const values = definitions.map(read);
  return values.every(value => value !== undefined) ? values : undefined;
}

/** Whether a part of the modules that cannot be read may set an option: one of the sets around it. */
function mayBeSetElsewhere(modules: readonly ModuleConfig[], path: readonly string[]): boolean {
  return path.some((name, depth) =>
    definitionsOf(modules, path.slice(0, depth)).some(({ value }) => mayContain(value, name)),
  );
}

function mayContain(value: Value, name: string): boolean {
  if (value.kind === "unknown") return true;
  return value.kind === "set" && !value.complete && !value.attributes.has(name);
}
