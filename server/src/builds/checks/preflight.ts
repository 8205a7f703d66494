import * as l10n from "@vscode/l10n";
import type { Command } from "vscode-languageserver-types";
import { canBuild } from "../../builders/capability.ts";
import { caveatsFor } from "../../builders/caveats.ts";
import { buildersAt } from "../../builders/choice.ts";
import { unbuildable } from "../../builders/unbuildable.ts";
import { clientCommands } from "../../common/clientCommands.ts";
import { nameOfStorePath } from "../../common/storePath.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import { jobsOf, needOf } from "../../nix/derivations/needs.ts";
import { errorProblem } from "../../outcome.ts";
import type { Builder, Problem } from "../../protocol.ts";
import { withBuilderFix } from "../failures/evidence/missingBuilder.ts";
import type { Asked } from "../record/record.ts";

/** Maximum number of derivations to name; the rest are counted. */
const mostNamed = 3;

/**
 * Checks that every derivation of a plan has a builder, before hours are spent on the others. Undefined if each does, or if too
 * little is known about the builders, a derivation or the place.
 */
export function preflight(
  graph: readonly PlannedDerivation[],
  builders: readonly Builder[],
  { uri, machine, attribute, place }: Asked,
): Problem | undefined {
  const allowed = buildersAt(place, builders);
  if (allowed.length === 0 || place.kind === "store") return undefined;
  const stuck = graph.flatMap(derivation => {
    const need = needOf(derivation);
    const isStuck = need !== undefined && !allowed.some(builder => canBuild(builder, need).can);
    return isStuck ? [{ drvPath: derivation.drvPath, need }] : [];
  });
  const [first] = stuck;
  if (first === undefined) return refusedLater(graph, allowed, { uri, machine, attribute, place });
  const names = stuck.slice(0, mostNamed).map(({ drvPath }) => nameOfStorePath(drvPath));
  const others = stuck.length > mostNamed ? [l10n.t("{0} more", stuck.length - mostNamed)] : [];
  const problem = unbuildable([...names, ...others].join(", "), first.need, allowed);
  const refusal: Problem = {
    ...problem,
    message: `${problem.message} ${l10n.t("Nothing was started.")}`,
    detail: stuck.map(({ drvPath, need }) => [drvPath, need.system, ...need.features].join(" ")).join("\n"),
    fixes: [buildAnyway({ uri, machine, attribute, place })],
  };
  return withBuilderFix(refusal, { uri, machine });
}

/** Nix would give a derivation to a builder that is known to refuse it, although another could build it. */
function refusedLater(
  graph: readonly PlannedDerivation[],
  allowed: readonly Builder[],
  target: Target,
): Problem | undefined {
  const refused = caveatsFor(
    jobsOf(graph).map(({ job }) => job),
    allowed,
  ).filter(({ kind }) => kind === "refused");
  const [first] = refused;
  if (first === undefined) return undefined;
  const without = [...new Set(refused.flatMap(({ builder }) => (builder.kind === "remote" ? [builder.id] : [])))];
  const names = refused.map(({ builder }) => builder.name);
  const leaveOut: Command = {
    title: l10n.t("Build Without {0}", [...new Set(names)].join(", ")),
    command: clientCommands.buildMachine,
    arguments: [{ ...target, place: { kind: "schedule", without } }],
  };
  return {
    ...errorProblem(
      "builder-refused",
      [...refused.map(({ message }) => message), l10n.t("Nothing was started.")].join(" "),
    ),
    about: { kind: "system", system: first.system },
    fixes: [...(without.length > 0 ? [leaveOut] : []), buildAnyway(target)],
  };
}

/** The arguments with which the same build is requested again. */
type Target = Pick<Asked, "uri" | "machine" | "attribute" | "place">;

function buildAnyway(target: Target): Command {
  return { title: l10n.t("Build Anyway"), command: clientCommands.buildAnyway, arguments: [target] };
}
