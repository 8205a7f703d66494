import * as l10n from "@vscode/l10n";
import { type FollowedDerivation, maxTail } from "../../stream/eventState.ts";
import { errorsOf, type FailedBuild, type FailingDerivation } from "./failed.ts";

/** Nix's error for a derivation and the last lines of its log. */
export function detailOf({ derivation, errors }: FailingDerivation): string {
  return [...errors.slice(0, 1).map(({ shown }) => shown), ...lastLines(derivation)].join("\n");
}

function lastLines({ tail }: FollowedDerivation): string[] {
  return tail.length === 0 ? [] : [l10n.t("Last log lines:"), ...tail.slice(-maxTail)];
}

/** All error output, for causes that are not specific to one derivation. It includes the output of ssh. */
export function allOutput(failed: FailedBuild): string {
  return [...errorsOf(failed).map(({ shown }) => shown), ...failed.state.texts].join("\n");
}
