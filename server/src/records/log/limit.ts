import * as l10n from "@vscode/l10n";
import type { LogLimit } from "../format/schemas.ts";

/** The limit of a log and the notice that is shown where it is reached. */
export function logLimit(bytes: number): LogLimit {
  const notice = l10n.t("The log exceeds {0} MiB: later output was discarded.", bytes / 1024 / 1024);
  return { bytes, notice };
}
