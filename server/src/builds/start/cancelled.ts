import * as l10n from "@vscode/l10n";
import type { Problem } from "../../protocol.ts";

/** The problem of a build that was cancelled before its supervisor ran. */
export function cancelled(): Problem {
  return { code: "cancelled", severity: "info", message: l10n.t("Cancelled.") };
}
