import { createHash } from "node:crypto";
import * as l10n from "@vscode/l10n";
import { type NixOptions, optionArguments } from "../../nix/nixOptions.ts";
import { errorProblem, type Outcome } from "../../outcome.ts";
import { type BuilderId, type BuildParams, localBuilder, type Place } from "../../protocol.ts";

/** Where a build runs by default. */
export const defaultPlace: Place = { kind: "schedule" };

/**
 * Arguments for Nix that realise a derivation at a place, with a GC root for the result (`root`). Problems: `unknown-builder`,
 * `unsupported-place`.
 *
 * @param lines remote builder -> the machine lines that make Nix use it.
 * @param options the network's own; the request takes precedence over them.
 */
export function realisationArguments(
  drvPath: string,
  root: string,
  { place = defaultPlace, keepFailed }: Pick<BuildParams, "place" | "keepFailed">,
  lines: ReadonlyMap<BuilderId, readonly string[]>,
  options: NixOptions = {},
): Outcome<readonly string[]> {
  const placement = placementArguments(place, lines);
  if ("problem" in placement) return placement;
  const log = ["--log-format", "internal-json", "-v"];
  const keeping = keepFailed === true ? ["--keep-failed"] : [];
  const asked = [...optionArguments(options), ...keeping, ...placement.value];
  return { value: ["--realise", drvPath, "--add-root", root, "--indirect", ...log, ...asked] };
}

function placementArguments(
  place: Place,
  lines: ReadonlyMap<BuilderId, readonly string[]>,
): Outcome<readonly string[]> {
  if (place.kind === "schedule") return { value: [] };
  if (place.kind === "store")
    return {
      problem: errorProblem("unsupported-place", l10n.t("Building in the store {0} is not supported.", place.store)),
    };
  if (place.builder === localBuilder) return { value: ["--builders", ""] };
  const own = lines.get(place.builder);
  if (own !== undefined) return { value: ["--builders", own.join(" ; "), "--max-jobs", "0"] };
  return {
    problem: errorProblem(
      "unknown-builder",
      l10n.t("Nix has no builder {0}. Choose another, or add it to Nix's 'builders'.", place.builder),
    ),
  };
}

/** A place as part of a file name, different for each place. */
export function placeKey(place: Place): string {
  const name = place.kind === "schedule" ? "" : place.kind === "only" ? place.builder : place.store;
  return `${place.kind}-${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
}
