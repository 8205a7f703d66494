import * as l10n from "@vscode/l10n";
import { inlineCode } from "../../common/markdown.ts";
import { commonSystems, isKnownSystem } from "../../options/systems.ts";
import type { Machine } from "../../protocol.ts";
import type { FeatureContext } from "../names/context.ts";
import { builderText } from "./machine.ts";

/**
 * A system and the builders for it, as Markdown.
 *
 * @param machine the machine that it is written in: what its derivations require counts, as in its lens.
 */
export function systemText(system: string, machine: Machine | undefined, context: FeatureContext): string {
  const about = commonSystems().get(system);
  const name = inlineCode(system);
  const isOfMachine = machine !== undefined && (machine.buildSystem ?? machine.system).value === system;
  return [
    about === undefined ? name : `${name}: ${about}`,
    ...(isKnownSystem(system) ? [] : [l10n.t("nixpkgs does not have this system.")]),
    ...builderText(isOfMachine ? context.choice(machine) : context.choiceForSystem(system)),
  ].join("\n\n");
}
