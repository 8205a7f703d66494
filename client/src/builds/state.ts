import { type BuildSummary, finalStates } from "../../../server/src/protocol.ts";

/** Whether it runs, or waits for its turn. */
export function isUnfinished({ state }: BuildSummary): boolean {
  return !finalStates.has(state);
}

/** Whether it went wrong; one that was cancelled did not. */
export function isFailed({ state }: BuildSummary): boolean {
  return state === "failed" || state === "lost";
}

/** What Copy Store Path copies: the result, or while there is none the derivation. */
export function storePathOf({ state, outPath, drvPath }: BuildSummary): string | undefined {
  return state === "succeeded" ? (outPath ?? drvPath) : drvPath;
}
