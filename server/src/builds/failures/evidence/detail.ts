import * as l10n from "@vscode/l10n";
import { type FollowedDerivation, maxTail } from "../../stream/eventState.ts";
import { errorsOf, type FailedBuild, type FailingDerivation } from "./failed.ts";

/** What Nix said of a derivation and the last lines of its log. */
export function detailOf({ derivation, errors }: FailingDerivation): string {
  return [...errors.slice(0, 1).map(({ shown }) => shown), ...lastLines(derivation)].join("\n");
}

function lastLines({ tail }: FollowedDerivation): string[] {
  return tail.length === 0 ? [] : [l10n.t("Its last log lines:"), ...tail.slice(-maxTail)];
}

/** Everything that was said, for causes that are none of one derivation's: ssh's words are no message of Nix. */
export function everythingSaid(failed: FailedBuild): string {
  return [...errorsOf(failed).map(({ shown }) => shown), ...failed.state.texts].join("\n");
}
