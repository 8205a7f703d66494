import path from "node:path";
import * as l10n from "@vscode/l10n";
import { errorProblem } from "../../outcome.ts";
import type { BuildSummary, Problem } from "../../protocol.ts";
import { type RecordFile, recordFiles } from "./files.ts";

/** Files of a record that are there and cannot be read -> why. */
export type Damage = ReadonlyMap<RecordFile, string>;

/** Files that are made again from the others, and what is asked of Morph beside a build. */
const remade: ReadonlySet<RecordFile> = new Set(["graph", "clock", "archive", "summary", "signatures", "deployment"]);

/** Whether something is lost that no other file tells. */
export function isLossy(damage: Damage): boolean {
  return [...damage.keys()].some(name => !remade.has(name));
}

/**
 * A summary that says what of its record could not be read. The failure of a build matters more than a file that is made again.
 *
 * @param folder the record.
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
      "A part of this build's record cannot be read, so what is shown of it may be incomplete. 'Remove Build' drops it, with what it keeps in the store; other builds are unharmed.",
    ),
    [...files, ...also].join("\n"),
  );
}
