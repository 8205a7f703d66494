import * as l10n from "@vscode/l10n";
import type {
  BuilderDeclarations,
  DeclaredMachine,
  DeclaredMachines,
  EmulatedSystems,
  Written,
} from "../../network/builders/declared.ts";
import type { MachineBuilderFacts } from "../../network/builders/effective.ts";
import { acceptedSystems, isEmulatable, runsNatively } from "../../options/foreignSystems.ts";
import { nearest } from "../../options/nearest.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { stringText } from "../../syntax/quoting.ts";
import type { Span } from "../../syntax/strict/span.ts";
import type { DiagnosticCode, Remark } from "./codes.ts";

/** What a text declares about builders, and what the machines that use it set with all their modules. */
export interface BuilderText {
  readonly declarations: BuilderDeclarations;
  /** Undefined: they are not known, or there are too many. */
  readonly machines: readonly MachineBuilderFacts[] | undefined;
}

/** Mistakes about builders that are certain without evaluating anything. */
export function builderRemarks(document: NixDocument, { declarations, machines }: BuilderText): Remark[] {
  const check = new BuilderCheck(document, machines ?? []);
  return distinct([
    ...declarations.buildMachines.flatMap(option => check.buildMachines(option)),
    ...declarations.emulatedSystems.flatMap(option => check.emulatedSystems(option)),
  ]);
}

/** One mark for one mistake: a function may make several entries of one text. */
function distinct(remarks: readonly Remark[]): Remark[] {
  return [...new Map(remarks.map(remark => [JSON.stringify([remark.code, remark.range]), remark])).values()];
}

class BuilderCheck {
  readonly #document: NixDocument;
  readonly #machines: readonly MachineBuilderFacts[];

  constructor(document: NixDocument, machines: readonly MachineBuilderFacts[]) {
    this.#document = document;
    this.#machines = machines;
  }

  buildMachines(option: DeclaredMachines): Remark[] {
    const { entries } = option;
    return [
      ...entries
        .filter(hasNoSystems)
        .map(entry => this.#remark("builder-without-systems", placeOf(entry, option), noSystems(entry))),
      ...this.#duplicates(option),
      ...entries.flatMap(entry => this.#localhost(entry, option)),
      ...this.#unused(option),
    ];
  }

  emulatedSystems(option: EmulatedSystems): Remark[] {
    const own = this.#common(this.#using("emulatedSystems", option), ({ system }) => system);
    return option.systems.flatMap(({ system, isConditional, place = option.name }): Remark[] => {
      if (!isEmulatable(system)) {
        const meant = nearest(system, acceptedSystems);
        const question = meant === undefined ? "" : ` ${l10n.t("Did you mean '{0}'?", meant)}`;
        const message = l10n.t("NixOS has no emulator for '{0}'.", system) + question;
        const remark = this.#remark("unknown-emulated-system", place, message);
        const isLiteral = place !== option.name && meant !== undefined;
        return [isLiteral ? { ...remark, data: { replacement: stringText(meant) } } : remark];
      }
      if (system !== own || isConditional) return [];
      const message = l10n.t("'{0}' is the machine's own system, which NixOS refuses to emulate.", system);
      return [this.#remark("own-system-emulated", place, message)];
    });
  }

  /** Entries for a system that an earlier one of the same builder already offers with the same features. */
  #duplicates(option: DeclaredMachines): Remark[] {
    const offered = new Map<string, Set<string>>();
    return option.entries.flatMap((entry): Remark[] => {
      const key = builderKey(entry);
      if (key === undefined) return [];
      const { hostName = "", systems } = entry.machine;
      const known = offered.get(key) ?? new Set<string>();
      offered.set(key, known);
      const twice = systems.find(system => known.has(system));
      for (const system of systems) known.add(system);
      if (twice === undefined) return [];
      const message = l10n.t("An earlier entry has the same builder {0} for {1}.", hostName, twice);
      return [this.#remark("duplicate-builder", placeOf(entry, option), message)];
    });
  }

  /** A builder that is the machine itself, for a system that it cannot run. */
  #localhost(entry: DeclaredMachine, option: DeclaredMachines): Remark[] {
    const { machine, isConditional } = entry;
    if (machine.hostName !== "localhost" || isConditional) return [];
    const using = this.#using("buildMachines", option);
    const wrong = machine.systems.find(
      wanted =>
        using.length > 0 &&
        using.every(
          ({ system, otherSystems }) =>
            system !== undefined &&
            otherSystems !== undefined &&
            !runsNatively(system, wanted) &&
            !otherSystems.includes(wanted),
        ),
    );
    if (wrong === undefined) return [];
    const message = l10n.t(
      "This machine cannot run programs of '{0}': neither its processor does, nor do 'boot.binfmt.emulatedSystems' name it.",
      wrong,
    );
    return [this.#remark("localhost-cannot-build", placeOf(entry, option), message)];
  }

  /** Builders that Nix does not use, or for which every input crosses the machine's own link. */
  #unused(option: DeclaredMachines): Remark[] {
    const using = this.#using("buildMachines", option);
    const isRemote = option.entries.some(
      ({ machine: { hostName } }) => hostName !== undefined && hostName !== "localhost",
    );
    if (using.length === 0 || !isRemote) return [];
    const isUnused = ({ distributedBuilds, hasHydra }: MachineBuilderFacts) =>
      distributedBuilds === false && hasHydra === false;
    if (using.every(isUnused)) {
      const message = l10n.t("Nix does not use these builders: 'nix.distributedBuilds' is not set to true.");
      return [this.#remark("builders-not-used", option.name, message)];
    }
    const isFetchingHere = ({ distributedBuilds, buildersUseSubstitutes }: MachineBuilderFacts) =>
      distributedBuilds === true && buildersUseSubstitutes === false;
    if (!using.every(isFetchingHere)) return [];
    const message = l10n.t(
      "All inputs of remote builds are downloaded to this machine and uploaded from it: 'builders-use-substitutes' is not set, with which builders fetch them from binary caches.",
    );
    return [this.#remark("builders-use-substitutes", option.name, message)];
  }

  /** The machines of networks that use an option where it is set. */
  #using(name: keyof MachineBuilderFacts["places"], { binding }: Written): readonly MachineBuilderFacts[] {
    const { uri } = this.#document;
    return this.#machines.filter(({ places }) =>
      places[name].some(place => place.uri === uri && place.start === binding.start),
    );
  }

  /** What all of them have; undefined if they differ. */
  #common<T>(machines: readonly MachineBuilderFacts[], of: (machine: MachineBuilderFacts) => T): T | undefined {
    const values = new Set(machines.map(of));
    return values.size === 1 ? [...values][0] : undefined;
  }

  #remark(code: DiagnosticCode, { start, end }: Span, message: string): Remark {
    return { code, range: this.#document.rangeAt(start, end), message };
  }
}

function placeOf({ first }: DeclaredMachine, { name }: Written): Span {
  return first ?? name;
}

function hasNoSystems({ machine: { systems, unknown } }: DeclaredMachine): boolean {
  return systems.length === 0 && !unknown.has("systems");
}

function noSystems({ machine: { hostName } }: DeclaredMachine): string {
  return hostName === undefined
    ? l10n.t("This builder has no systems: NixOS requires 'system' or 'systems'.")
    : l10n.t("Builder {0} has no systems: NixOS requires 'system' or 'systems'.", hostName);
}

/** Equal for entries of one builder that accept the same derivations; undefined if an evaluation is needed to know. */
function builderKey({ machine, isConditional }: DeclaredMachine): string | undefined {
  const { hostName, protocol, sshUser, supportedFeatures, mandatoryFeatures, unknown } = machine;
  const isUnknown = (["protocol", "sshUser", "supportedFeatures", "mandatoryFeatures"] as const).some(name =>
    unknown.has(name),
  );
  if (isConditional || hostName === undefined || isUnknown) return undefined;
  return JSON.stringify([hostName, protocol, sshUser, supportedFeatures.toSorted(), mandatoryFeatures.toSorted()]);
}
