import { t } from "@vscode/l10n";
import type { PlannedDerivation } from "../../nix/derivationGraph.ts";
import { nameOfStorePath } from "../../nix/storePath.ts";
import { errorProblem } from "../../outcome.ts";
import type { Builder, Place, Problem, ProducedBuildMode } from "../../protocol.ts";
import { able, missingFeature, offer } from "../failures/noBuilder.ts";
import type { Asked } from "../record/record.ts";

/** Nix builds these by itself, whatever its system. */
export const builtin = "builtin";

/** The client's command that starts a build whatever was found before. */
const buildAnyway = "morph.buildAnyway";

/** More names than these are only counted. */
const mostNamed = 3;

/**
 * Whether every derivation of a plan finds a builder, before hours have gone into the others. Undefined when each does, or when
 * too little is known: of the builders, of a derivation, or of the place.
 */
export function preflight(
  graph: readonly PlannedDerivation[],
  builders: readonly Builder[],
  { uri, machine, attribute, place }: Asked,
): Problem | undefined {
  const allowed = builders.filter(builder => mayBuild(builder, place));
  if (allowed.length === 0 || place.kind === "store") return undefined;
  const stuck = graph
    .filter(({ system }) => system !== "" && system !== builtin)
    .filter(each => !allowed.some(builder => takes(builder, each)));
  const [first] = stuck;
  if (first === undefined) return undefined;
  const names = stuck.slice(0, mostNamed).map(({ drvPath }) => nameOfStorePath(drvPath));
  const others = stuck.length > mostNamed ? [t("{0} more", stuck.length - mostNamed)] : [];
  const problem = nobodyTakes([...names, ...others].join(", "), first, allowed);
  return {
    ...problem,
    message: `${problem.message} ${t("Nothing was started.")}`,
    detail: stuck.map(({ drvPath, ...each }) => [drvPath, each.system, ...each.requiredFeatures].join(" ")).join("\n"),
    fixes: [{ title: t("Build Anyway"), command: buildAnyway, arguments: [{ uri, machine, attribute, place }] }],
  };
}

/** @param name of those that nobody takes. */
function nobodyTakes(
  name: string,
  { system, requiredFeatures }: PlannedDerivation,
  builders: readonly Builder[],
): Problem {
  const isForSystem = builders.some(builder => able(builder).some(each => each.system === system));
  if (isForSystem && requiredFeatures.length > 0)
    return missingFeature({ name, system, features: requiredFeatures, ownFeatures: [] });
  return errorProblem(
    "no-builder",
    t(
      "No builder can build {0}. {1} Add a builder for it to Nix's 'builders', or have this machine emulate it (boot.binfmt.emulatedSystems).",
      t("{0} for '{1}'", name, system),
      builders.map(offer).join(" "),
    ),
  );
}

/** Whether a builder gets anything to build at a place. */
export function mayBuild({ id, kind, active, maxJobs }: Builder, place: Place): boolean {
  if (!active || kind === "hydra" || maxJobs === 0) return false;
  return place.kind !== "only" || place.builder === id;
}

/** How the builder that a derivation was given to builds for a system. @param id its URI; undefined: this machine. */
export function modeOn(
  id: string | undefined,
  system: string,
  builders: readonly Builder[],
): ProducedBuildMode | undefined {
  const builder = builders.find(each => (id === undefined ? each.kind === "local" : each.id === id));
  return builder && modeOf(builder, system);
}

/** How a builder builds for a system; undefined: it does not. */
export function modeOf({ systems }: Builder, wanted: string): ProducedBuildMode | undefined {
  return systems.find(({ system }) => system === wanted)?.mode;
}

/** Whether a builder has the system and the features that a derivation needs. */
export function takes(builder: Builder, { system, requiredFeatures }: PlannedDerivation): boolean {
  const { systems, supportedFeatures, mandatoryFeatures } = builder;
  const runs = systems.some(each => each.system === system && each.mode !== "impossible");
  return (
    runs &&
    requiredFeatures.every(feature => supportedFeatures.includes(feature) || mandatoryFeatures.includes(feature)) &&
    mandatoryFeatures.every(feature => requiredFeatures.includes(feature))
  );
}
