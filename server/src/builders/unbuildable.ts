import * as l10n from "@vscode/l10n";
import type { Need } from "../nix/derivations/needs.ts";
import { errorProblem } from "../outcome.ts";
import type { Builder, Problem } from "../protocol.ts";
import { canBuild } from "./capability.ts";
import { offerText, quoted, whyText } from "./capabilityText.ts";

/**
 * That no builder takes something, with what keeps each of them. Problems: `no-local-builds`, `missing-feature`, `no-builder`.
 *
 * @param name of what needs it.
 */
export function unbuildable(name: string, need: Need, builders: readonly Builder[]): Problem {
  const obstacles = builders.flatMap(builder => {
    const verdict = canBuild(builder, need);
    return verdict.can ? [] : [verdict.obstacle];
  });
  const [only, ...others] = builders;
  if (only?.kind === "local" && others.length === 0 && obstacles[0]?.kind === "no-jobs") return noLocalBuilds(name);
  const lists = obstacles.flatMap(obstacle => (obstacle.kind === "features" ? [obstacle.missing] : []));
  if (lists.length > 0) {
    const everywhere = need.features.filter(feature => lists.every(list => list.includes(feature)));
    return missingFeature(name, need.system, everywhere.length > 0 ? everywhere : need.features);
  }
  return noBuilder(l10n.t("{0} for '{1}'", name, need.system), need, builders);
}

/** @param what with its system and features. @param need undefined: not known. */
export function noBuilder(what: string, need: Need | undefined, builders: readonly Builder[]): Problem {
  return errorProblem(
    "no-builder",
    l10n.t(
      "No builder can build {0}. {1} Add a builder for it to Nix's 'builders', or have this machine emulate it (boot.binfmt.emulatedSystems).",
      what,
      reasons(need, builders),
    ),
  );
}

/** A sentence of each builder: why it does not take it, or what it says that it takes. */
export function reasons(need: Need | undefined, builders: readonly Builder[]): string {
  return builders
    .map(builder => (need === undefined ? offerText(builder) : whyText(builder, need, canBuild(builder, need))))
    .join(" ");
}

/** Somebody has the system of a derivation, and nobody all the features that it needs. @param system "": not known. */
export function missingFeature(name: string, system: string, missing: readonly string[]): Problem {
  const said =
    system === ""
      ? l10n.t(
          "No builder can build {0}: it needs the system feature {1}, which no builder has.",
          name,
          quoted(missing),
        )
      : l10n.t(
          "No builder can build {0}: it needs the system feature {1}, which no builder for '{2}' has.",
          name,
          quoted(missing),
          system,
        );
  const advice = missing.includes("kvm")
    ? l10n.t("'kvm' is there on a machine with /dev/kvm; name it among the features of such a builder.")
    : l10n.t("Name it in the 'system-features' of a machine that has it, and among the features of that builder.");
  return errorProblem("missing-feature", `${said} ${advice}`);
}

/** Nothing may be built on this machine, and there is no other. */
export function noLocalBuilds(what: string): Problem {
  return errorProblem(
    "no-local-builds",
    l10n.t(
      "No builder for {0}: local builds are disabled ('max-jobs = 0'), and Nix has no other builder. Set 'max-jobs' to 1 or more in nix.conf, or add a builder to 'builders'.",
      what,
    ),
  );
}
