import { type Choice, choiceFor } from "../../builders/choice.ts";
import type { EvaluatedNetworks } from "../../evaluation/cache/networks.ts";
import type { Need } from "../../nix/derivations/needs.ts";
import type { Builder, Machine, Network, Place } from "../../protocol.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Toolchain } from "../../toolchain/toolchain.ts";
import { defaultPlaceFor } from "./defaultPlace.ts";

/** The rooms that a choice depends on. */
interface Rooms {
  readonly toolchain: Toolchain;
  readonly evaluation: { readonly evaluated: EvaluatedNetworks; readonly settings: () => Settings };
}

/** The builders that can build each machine of a network, as far as is known now. */
export function choicesIn({ toolchain, evaluation }: Rooms, uri: string): (machine: Machine) => Choice | undefined {
  const { places } = evaluation.settings();
  const [builders, localSystem] = [toolchain.builders?.list, toolchain.config?.system];
  return builderChoice(builders, localSystem, evaluation.evaluated.needs(uri), machine =>
    defaultPlaceFor(places, machine.name, systemOf(machine, localSystem)),
  );
}

/** Where a machine of a network is built unless the user chooses. */
export function defaultPlaceIn(rooms: Rooms, network: Network | undefined, name: string): Place {
  const machine = network?.machines.find(each => each.name === name);
  const system = machine && systemOf(machine, rooms.toolchain.config?.system);
  return defaultPlaceFor(rooms.evaluation.settings().places, name, system);
}

/** The system on which a machine is built. @param localSystem that of a machine that sets none. */
export function systemOf({ buildSystem, system }: Machine, localSystem: string | undefined): string | undefined {
  const { value, origin } = buildSystem ?? system;
  return value ?? (origin === "unstated" ? localSystem : undefined);
}

/** The builders that can build for a system, regardless of features; undefined while the builders are unknown. */
export function choiceForSystem({ toolchain }: Pick<Rooms, "toolchain">, system: string): Choice | undefined {
  const builders = toolchain.builders?.list;
  return builders && choiceFor([{ system, features: [] }], builders);
}

/**
 * The builders that can build each machine of a network, by its system and the requirements of its last plan. Undefined if the
 * builders or the system are unknown. Many machines have the same requirements, so results are cached.
 *
 * @param localSystem the system of the evaluating machine, for machines that set none.
 * @param needsOf the requirements of a machine's plan, if known.
 * @param placeOf where it is built unless the user chooses.
 */
export function builderChoice(
  builders: readonly Builder[] | undefined,
  localSystem: string | undefined,
  needsOf: (machine: string) => readonly Need[] | undefined,
  placeOf: (machine: Machine) => Place = () => ({ kind: "schedule" }),
): (machine: Machine) => Choice | undefined {
  const choices = new Map<string, Choice>();
  return machine => {
    const system = systemOf(machine, localSystem);
    if (builders === undefined || system === undefined) return undefined;
    const needs = [{ system, features: [] }, ...(needsOf(machine.name) ?? [])];
    const place = placeOf(machine);
    const key = JSON.stringify([needs, place]);
    const choice = choices.get(key) ?? choiceFor(needs, builders, place);
    choices.set(key, choice);
    return choice;
  };
}
