import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { BuildSummary } from "../../../server/src/protocol.ts";

/** The text of a log without output: the problem, if the build failed before it had a derivation. */
export function emptyLog(build: BuildSummary | undefined, l10n: Localiser): string {
  const { failure } = build ?? {};
  if (failure === undefined || build?.drvPath !== undefined) return l10n.t("No output.");
  return failure.detail === undefined ? failure.message : `${failure.message}\n\n${failure.detail}`;
}
