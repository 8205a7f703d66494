import { t } from "@vscode/l10n";
import { type FollowedDerivation, maxTail } from "../eventState.ts";
import type { FailedBuild, FailingDerivation } from "./failed.ts";

/** Nix's own copy of the last log lines, in every version's words. */
const nixesLastLines = /;?\s*last \d+ log lines:\n?[\s\S]*$/i;

/** What Nix said of a derivation and the last lines of its log. */
export function detailOf({ derivation, errors }: FailingDerivation): string {
  const [error] = errors;
  if (error === undefined) return lastLines(derivation).join("\n");
  // Its own copy is shorter than ours, if we have one.
  const said = derivation.tail.length === 0 ? error.text : error.text.replace(nixesLastLines, "");
  return [said, ...lastLines(derivation)].join("\n");
}

function lastLines({ tail }: FollowedDerivation): string[] {
  return tail.length === 0 ? [] : [t("Its last log lines:"), ...tail.slice(-maxTail)];
}

/** Everything that was said, for causes that are none of one derivation's: ssh's words are no message of Nix. */
export function everythingSaid({ state }: FailedBuild): string {
  return [...state.errors.map(({ text }) => text), ...state.texts].join("\n");
}

/**
 * Where a derivation's failure may be explained: what Nix said of it, the last lines of its log, and the errors that name no
 * derivation.
 */
export function evidenceOf({ state }: FailedBuild, failing: FailingDerivation | undefined): readonly string[] {
  return [
    ...(failing?.errors.map(({ text }) => text) ?? []),
    ...(failing?.derivation.tail.slice(-maxTail) ?? []),
    ...state.errors.filter(({ drvPath }) => drvPath === undefined).map(({ text }) => text),
  ];
}
