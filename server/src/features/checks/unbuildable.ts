import * as l10n from "@vscode/l10n";
import type { Choice } from "../../builders/choice.ts";
import { isKnownSystem } from "../../options/systems.ts";
import type { Machine, Network } from "../../protocol.ts";
import type { Remark } from "./codes.ts";

/** Machines whose system no builder can build, as far as the builders and the system are known. */
export function unbuildableMachines(
  { machines }: Network,
  choiceForSystem: (system: string) => Choice | undefined,
): Remark[] {
  const verdicts = new Map<string, boolean>();
  const isUnbuildable = (system: string) => {
    // A system that nixpkgs does not have is reported as such.
    const known = verdicts.get(system) ?? (isKnownSystem(system) && choiceForSystem(system)?.isComplete === false);
    verdicts.set(system, known);
    return known;
  };
  return machines.flatMap(({ selectionRange, computed, ...machine }: Machine) => {
    const { value, stale } = machine.buildSystem ?? machine.system;
    if (value === undefined || stale === true || computed === true || !isUnbuildable(value)) return [];
    const message = l10n.t("No builder can build for '{0}'.", value);
    return [{ code: "unbuildable-system", range: selectionRange, message }];
  });
}
