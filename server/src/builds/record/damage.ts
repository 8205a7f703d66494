import path from "node:path";
import * as l10n from "@vscode/l10n";
import { errorProblem } from "../../outcome.ts";
import type { BuildSummary, Problem } from "../../protocol.ts";
import { type RecordFile, recordFiles } from "./files.ts";

/** Files of a record that exist but cannot be read -> the reason. */
export type Damage = ReadonlyMap<RecordFile, string>;

/** Files that can be recreated from the others, and Morph's verdict, which a build does not depend on. */
const recreated: ReadonlySet<RecordFile> = new Set([
  "graph",
  "clock",
  "archive",
  "summary",
  "signatures",
  "connection",
  "deployment",
  "hydra",
  "steps",
]);

/** Whether information is lost that no other file contains. */
export function isLossy(damage: Damage): boolean {
  return [...damage.keys()].some(name => !recreated.has(name));
}

/**
 * Adds the damage of a record to a summary. The failure of a build takes precedence over files that can be recreated.
 *
 * @param folder of the record.
 */
export function withDamage(summary: BuildSummary, damage: Damage, folder: string): BuildSummary {
  if (damage.size === 0 || (summary.failure !== undefined && !isLossy(damage))) return summary;
  const problem = damagedParts(summary.failure, damage, folder);
  const isFailure = summary.state === "failed" || summary.state === "lost";
  return { ...summary, failure: isFailure ? problem : { ...problem, severity: "warning" } };
}

function damagedParts(known: Problem | undefined, damage: Damage, folder: string): Problem {
  const files = [...damage].map(([name, why]) => `${path.join(folder, recordFiles[name])}: ${why}`);
  const also = known === undefined ? [] : [known.message, ...(known.detail === undefined ? [] : [known.detail])];
  return errorProblem(
    "damaged-record",
    l10n.t(
      "A part of this build's record cannot be read, so the information shown may be incomplete. 'Remove Build' deletes the record and its GC roots; other builds are not affected.",
    ),
    [...files, ...also].join("\n"),
  );
}
