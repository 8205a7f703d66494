import { caveatsFor } from "../../builders/caveats.ts";
import { buildersAt } from "../../builders/choice.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import { jobsOf } from "../../nix/derivations/needs.ts";
import type { Builder, Place } from "../../protocol.ts";
import type { PassingWarning } from "./passingWarning.ts";

/** Says that some of a plan will be emulated; a warning if that could be avoided. Undefined if nothing is known to be emulated. */
export function emulation(
  graph: readonly PlannedDerivation[],
  builders: readonly Builder[],
  place: Place,
): PassingWarning | undefined {
  const allowed = buildersAt(place, builders);
  const found = jobsOf(graph).flatMap(({ job, drvPaths }) =>
    caveatsFor([job], allowed).flatMap(({ kind, message }) =>
      kind === "refused" ? [] : [{ kind, message, drvPaths }],
    ),
  );
  if (found.length === 0) return undefined;
  const messages = new Set(found.map(({ message }) => message));
  return {
    code: "emulated-build",
    // What cannot be avoided is only worth knowing.
    severity: found.some(({ kind }) => kind === "emulation-preferred") ? "warning" : "info",
    message: [...messages].join(" "),
    drvPaths: found.flatMap(({ drvPaths }) => drvPaths),
  };
}
