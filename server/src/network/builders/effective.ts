import { boolAt, listAt, type OptionPlace, placesOf, textAt } from "../modules/knownValues.ts";
import type { ModuleConfig } from "../modules/modules.ts";
import type { BuilderOption } from "./written.ts";

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
