import * as l10n from "@vscode/l10n";
import type { LogLimit } from "../format/schemas.ts";

/** The limit of a log with what is said where it is reached. */
export function logLimit(bytes: number): LogLimit {
  const notice = l10n.t("The log is longer than {0} MiB: what came from here on was not kept.", bytes / 1024 / 1024);
  return { bytes, notice };
}
