import { type Choice, choiceFor } from "../../builders/choice.ts";
import type { EvaluatedNetworks } from "../../evaluation/cache/networks.ts";
import type { Need } from "../../nix/derivations/needs.ts";
import type { Builder, Machine } from "../../protocol.ts";
import type { Toolchain } from "../../toolchain/toolchain.ts";

/** The rooms that a choice depends on. */
interface Rooms {
  readonly toolchain: Toolchain;
  readonly evaluation: { readonly evaluated: EvaluatedNetworks };
}

/** The builders that can build each machine of a network, as far as is known now. */
export function choicesIn({ toolchain, evaluation }: Rooms, uri: string): (machine: Machine) => Choice | undefined {
  return builderChoice(toolchain.builders?.list, toolchain.config?.system, evaluation.evaluated.needs(uri));
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
 */
export function builderChoice(
  builders: readonly Builder[] | undefined,
  localSystem: string | undefined,
  needsOf: (machine: string) => readonly Need[] | undefined,
): (machine: Machine) => Choice | undefined {
  const choices = new Map<string, Choice>();
  return machine => {
    const { value, origin } = machine.buildSystem ?? machine.system;
    const system = value ?? (origin === "unstated" ? localSystem : undefined);
    if (builders === undefined || system === undefined) return undefined;
    const needs = [{ system, features: [] }, ...(needsOf(machine.name) ?? [])];
    const key = JSON.stringify(needs);
    const choice = choices.get(key) ?? choiceFor(needs, builders);
    choices.set(key, choice);
    return choice;
  };
}
