import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { BuildSummary } from "../../../server/src/protocol.ts";

/** What stands in a log while nothing has been printed: why nothing was, if the build never came that far. */
export function emptyLog(build: BuildSummary | undefined, l10n: Localiser): string {
  const { failure } = build ?? {};
  if (failure === undefined || build?.drvPath !== undefined) return l10n.t("No output.");
  return failure.detail === undefined ? failure.message : `${failure.message}\n\n${failure.detail}`;
}
