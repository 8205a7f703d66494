import * as l10n from "@vscode/l10n";
import type { Need } from "../nix/derivations/needs.ts";
import { errorProblem } from "../outcome.ts";
import type { Builder, Problem } from "../protocol.ts";
import { canBuild } from "./capability.ts";
import { offerText, quoted, whyText } from "./capabilityText.ts";

/**
 * The problem that no builder accepts something, with the reason for each. Problems: `no-local-builds`, `missing-feature`,
 * `no-builder`.
 *
 * @param name of the derivation.
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

/** @param what the derivation with its system and features. @param need undefined: unknown. */
export function noBuilder(what: string, need: Need | undefined, builders: readonly Builder[]): Problem {
  const message = l10n.t(
    "No builder can build {0}. {1} Add a builder for it to Nix's 'builders', or have this machine emulate it (boot.binfmt.emulatedSystems).",
    what,
    reasons(need, builders),
  );
  const problem = errorProblem("no-builder", message);
  return need === undefined ? problem : { ...problem, about: { kind: "system", system: need.system } };
}

/** One sentence per builder: why it does not accept the need or, if that is unknown, what it builds. */
export function reasons(need: Need | undefined, builders: readonly Builder[]): string {
  return builders
    .map(builder => (need === undefined ? offerText(builder) : whyText(builder, need, canBuild(builder, need))))
    .join(" ");
}

/** A builder has the system of a derivation, but none has all required features. @param system empty: unknown. */
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
    ? l10n.t("A machine with /dev/kvm provides 'kvm'; add it to the features of such a builder.")
    : l10n.t("Add it to 'system-features' on a machine that provides it, and to the features of that builder.");
  return errorProblem("missing-feature", `${said} ${advice}`);
}

/** Local builds are disabled, and there is no other builder. */
export function noLocalBuilds(what: string): Problem {
  return errorProblem(
    "no-local-builds",
    l10n.t(
      "No builder for {0}: local builds are disabled ('max-jobs = 0'), and Nix has no other builder. Set 'max-jobs' to 1 or more in nix.conf, or add a builder to 'builders'.",
      what,
    ),
  );
}
