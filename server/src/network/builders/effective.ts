import type { Value } from "../../staticEvaluation/values/value.ts";
import type { Span } from "../../syntax/strict/span.ts";
import { definitionsOf, type ModuleConfig, type OptionDefinition, stringsIn, winning } from "../modules/modules.ts";
import type { BuilderOption } from "./written.ts";

/** A place in a text that sets an option. */
export interface OptionPlace {
  readonly uri: string;
  /** Where its binding begins. */
  readonly start: Span["start"];
}

/** What a whole machine, with all its modules, sets about builders. Undefined: its text does not determine it. */
export interface MachineBuilderFacts {
  /** The system that it runs on. */
  readonly system: string | undefined;
  readonly distributedBuilds: boolean | undefined;
  readonly buildersUseSubstitutes: boolean | undefined;
  /** Systems that it can run programs of besides its own: emulated ones, and those that its Nix is configured to build. */
  readonly otherSystems: readonly string[] | undefined;
  /** Hydra reads `/etc/nix/machines` even if Nix does not. */
  readonly hasHydra: boolean | undefined;
  /** Where its modules set these options. */
  readonly places: Readonly<Record<Exclude<BuilderOption, "builders">, readonly OptionPlace[]>>;
}

const paths = {
  buildMachines: ["nix", "buildMachines"],
  distributedBuilds: ["nix", "distributedBuilds"],
  emulatedSystems: ["boot", "binfmt", "emulatedSystems"],
} as const;

/** Reads what the modules of one machine set about builders. @param system the one that it runs on, if it is known. */
export function machineBuilderFacts(modules: readonly ModuleConfig[], system: string | undefined): MachineBuilderFacts {
  const flag = (...path: string[]) => boolAt(modules, path, false);
  return {
    system,
    distributedBuilds: flag(...paths.distributedBuilds),
    buildersUseSubstitutes: buildersUseSubstitutes(modules),
    otherSystems: otherSystems(modules),
    hasHydra: flag("services", "hydra", "enable"),
    places: {
      buildMachines: placesOf(modules, paths.buildMachines),
      distributedBuilds: placesOf(modules, paths.distributedBuilds),
      emulatedSystems: placesOf(modules, paths.emulatedSystems),
    },
  };
}

function placesOf(modules: readonly ModuleConfig[], path: readonly string[]): OptionPlace[] {
  return definitionsOf(modules, path).flatMap(({ definition }) => {
    return definition === undefined ? [] : [{ uri: definition.binding.document.uri, start: definition.binding.start }];
  });
}

function buildersUseSubstitutes(modules: readonly ModuleConfig[]): boolean | undefined {
  const name = "builders-use-substitutes";
  // Both of the freely formatted options would be enough.
  const extra = textAt(modules, ["nix", "extraOptions"]);
  if (extra === undefined || extra.includes(name)) return undefined;
  return boolAt(modules, ["nix", "settings", name], false);
}

function otherSystems(modules: readonly ModuleConfig[]): readonly string[] | undefined {
  const lists = [
    listAt(modules, paths.emulatedSystems),
    listAt(modules, ["nix", "settings", "extra-platforms"]),
    // If one of these is set, it is unknown what the machine can run: neither is a list.
    listAt(modules, ["nix", "settings", "system"]),
    listAt(modules, ["boot", "binfmt", "registrations"]),
  ];
  const extra = textAt(modules, ["nix", "extraOptions"]);
  if (extra === undefined || /extra-platforms|system/.test(extra)) return undefined;
  return lists.every(list => list !== undefined) ? lists.flat() : undefined;
}

/** The value of an option of type bool; undefined if it is unknown. */
function boolAt(modules: readonly ModuleConfig[], path: readonly string[], byDefault: boolean): boolean | undefined {
  if (mayBeSetElsewhere(modules, path)) return undefined;
  const won = winning(definitionsOf(modules, path));
  if (won === undefined) return byDefault;
  return won !== "undecided" && won.value.kind === "bool" ? won.value.value : undefined;
}

/** All elements of an option that is a list of strings; undefined if one is unknown. */
function listAt(modules: readonly ModuleConfig[], path: readonly string[]): string[] | undefined {
  return all(modules, path, ({ value }) => stringsIn(value))?.flat();
}

/** All lines of an option of type lines; undefined if one is unknown. */
function textAt(modules: readonly ModuleConfig[], path: readonly string[]): string | undefined {
  return all(modules, path, ({ value }) => (value.kind === "string" ? value.text : undefined))?.join("\n");
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
