import * as l10n from "@vscode/l10n";
import { errorProblem } from "../../outcome.ts";
import type { Problem } from "../../protocol.ts";

/** The problem of a record that cannot be written. */
export function notRecorded(detail: string): Problem {
  return errorProblem(
    "not-recorded",
    l10n.t("The build cannot be recorded. Check that the storage folder is writable and the disk is not full."),
    detail,
  );
}
