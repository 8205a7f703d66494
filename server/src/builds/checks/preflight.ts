import * as l10n from "@vscode/l10n";
import { canBuild } from "../../builders/capability.ts";
import { buildersAt } from "../../builders/choice.ts";
import { unbuildable } from "../../builders/unbuildable.ts";
import { clientCommands } from "../../common/clientCommands.ts";
import { nameOfStorePath } from "../../common/storePath.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import { needOf } from "../../nix/derivations/needs.ts";
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
  if (first === undefined) return undefined;
  const names = stuck.slice(0, mostNamed).map(({ drvPath }) => nameOfStorePath(drvPath));
  const others = stuck.length > mostNamed ? [l10n.t("{0} more", stuck.length - mostNamed)] : [];
  const problem = unbuildable([...names, ...others].join(", "), first.need, allowed);
  const refusal: Problem = {
    ...problem,
    message: `${problem.message} ${l10n.t("Nothing was started.")}`,
    detail: stuck.map(({ drvPath, need }) => [drvPath, need.system, ...need.features].join(" ")).join("\n"),
    fixes: [
      {
        title: l10n.t("Build Anyway"),
        command: clientCommands.buildAnyway,
        arguments: [{ uri, machine, attribute, place }],
      },
    ],
  };
  return withBuilderFix(refusal, { uri, machine });
}
