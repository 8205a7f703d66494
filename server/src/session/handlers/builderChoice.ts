import { type Choice, choiceFor } from "../../builders/choice.ts";
import type { EvaluatedNetworks } from "../../evaluation/cache/networks.ts";
import type { Need } from "../../nix/derivations/needs.ts";
import type { Builder, Machine } from "../../protocol.ts";
import type { Toolchain } from "../../toolchain/toolchain.ts";

/** The rooms that know what a choice needs. */
interface Rooms {
  readonly toolchain: Toolchain;
  readonly evaluation: { readonly evaluated: EvaluatedNetworks };
}

/** Who can build each machine of a network, as far as is known now. */
export function choicesIn({ toolchain, evaluation }: Rooms, uri: string): (machine: Machine) => Choice | undefined {
  return builderChoice(toolchain.builders?.list, toolchain.config?.system, evaluation.evaluated.needs(uri));
}

/**
 * Who can build each machine of a network, by its system and by what its derivations needed when it was planned last. Undefined:
 * the builders or the system are not known. Many machines need the same, which is answered once.
 *
 * @param localSystem that of the machine that evaluates, which one that states none gets.
 * @param needsOf what the plan of a machine needs, if that is known.
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
