import * as l10n from "@vscode/l10n";
import { clientCommands } from "../../../common/clientCommands.ts";
import type { Problem } from "../../../protocol.ts";
import type { Asked } from "../../record/record.ts";

/** The problems that another builder solves. */
const codes: ReadonlySet<string> = new Set(["no-builder", "no-local-builds"]);

/** The problem with the fix that lists the ways to get a builder, if that is what is missing. */
export function withBuilderFix(problem: Problem, { uri, machine }: Pick<Asked, "uri" | "machine">): Problem {
  if (!codes.has(problem.code)) return problem;
  const system = problem.about?.kind === "system" ? problem.about.system : undefined;
  const title = system === undefined ? l10n.t("Add Builder...") : l10n.t("Add Builder for {0}...", system);
  const fix = { title, command: clientCommands.addBuilder, arguments: [{ uri, machine, system }] };
  return { ...problem, fixes: [fix, ...(problem.fixes ?? [])] };
}
