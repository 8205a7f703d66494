import * as l10n from "@vscode/l10n";
import { quoted } from "../../../builders/capabilityText.ts";
import { matches } from "../../../builders/schedule.ts";
import type { Need } from "../../../nix/derivations/needs.ts";
import { errorProblem } from "../../../outcome.ts";
import type { Builder, Problem } from "../../../protocol.ts";

/**
 * A builder's own Nix refused what its line here says that it builds. Problem: `builder-refused`.
 *
 * @param ownFeatures those that the builder's Nix says it has.
 */
export function overstated(need: Need, ownFeatures: readonly string[], builder: Builder): Problem | undefined {
  // What it refused before counts as well: its line still says so.
  if (builder.kind === "local" || !builder.offers.some(offer => matches(offer, need))) return undefined;
  const missing = need.features.filter(feature => !ownFeatures.includes(feature));
  const { name } = builder;
  const message =
    missing.length === 0
      ? l10n.t(
          "{0} does not build {1}, although its line in 'builders' says so. Set boot.binfmt.emulatedSystems (or 'extra-platforms') there, or remove the system from the line.",
          name,
          need.system,
        )
      : l10n.t(
          "{0} does not have the system feature {1}, although its line in 'builders' says so. Add it to 'system-features' there, or remove it from the line.",
          name,
          quoted(missing),
        );
  return { ...errorProblem("builder-refused", message), about: { kind: "system", system: need.system } };
}
