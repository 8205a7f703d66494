import { t } from "@vscode/l10n";
import type { PlannedDerivation } from "../nix/derivationGraph.ts";
import { errorProblem } from "../outcome.ts";
import type { Builder, Place, Problem } from "../protocol.ts";
import { nameOfStorePath } from "./storePath.ts";

/** Nix builds these by itself, whatever its system. */
const builtin = "builtin";

/** More names than these are only counted. */
const mostNamed = 3;

/**
 * Whether every derivation of a plan finds a builder, before hours have gone into the others. Undefined when each does, or when
 * too little is known: of the builders, of a derivation, or of the place.
 */
export function preflight(
  graph: readonly PlannedDerivation[],
  builders: readonly Builder[],
  place: Place,
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
  return errorProblem(
    "no-builder",
    t(
      "Nobody can build {0}. {1} Add a builder for it to Nix's 'builders', or have this machine emulate it (boot.binfmt.emulatedSystems). Nothing was started.",
      t("{0} for {1}", [...names, ...others].join(", "), needs(first)),
      allowed.map(builder => offer(builder, first.requiredFeatures.length > 0)).join(" "),
    ),
    stuck.map(each => `${each.drvPath}: ${needs(each)}`).join("\n"),
  );
}

function mayBuild({ id, kind, active, maxJobs }: Builder, place: Place): boolean {
  if (!active || kind === "hydra" || maxJobs === 0) return false;
  return place.kind !== "only" || place.builder === id;
}

function takes(builder: Builder, { system, requiredFeatures }: PlannedDerivation): boolean {
  const { systems, supportedFeatures, mandatoryFeatures } = builder;
  const runs = systems.some(each => each.system === system && each.mode !== "impossible" && each.mode !== "unknown");
  return (
    runs &&
    requiredFeatures.every(feature => supportedFeatures.includes(feature) || mandatoryFeatures.includes(feature)) &&
    mandatoryFeatures.every(feature => requiredFeatures.includes(feature))
  );
}

/** `'aarch64-linux' with features big-parallel` */
function needs({ system, requiredFeatures }: PlannedDerivation): string {
  if (requiredFeatures.length === 0) return `'${system}'`;
  return t("'{0}' with features {1}", system, requiredFeatures.join(", "));
}

/** `x86_64-v2-linux`: Nix lists every level of a processor as a system of its own, which helps nobody here. */
const microarchitecture = /-v\d+-/;

function offer({ kind, name, systems, supportedFeatures }: Builder, withFeatures: boolean): string {
  const able = systems
    .filter(({ system, mode }) => mode !== "impossible" && mode !== "unknown" && !microarchitecture.test(system))
    .map(({ system, mode }) => (mode === "emulated" ? t("{0} (emulated)", system) : system))
    .join(", ");
  const features = !withFeatures || supportedFeatures.length === 0 ? "" : ` (${supportedFeatures.join(", ")})`;
  return kind === "local"
    ? t("This machine builds {0}{1}.", able, features)
    : t("{0} builds {1}{2}.", name, able, features);
}
