import { type BuilderId, type BuildSummary, finalStates } from "../../../server/src/protocol.ts";

/** Whether it is running or queued. */
export function isUnfinished({ state }: BuildSummary): boolean {
  return !finalStates.has(state);
}

/** Whether it can be removed: it has ended, or it was cancelled and its builder cannot be reached. */
export function isRemovable(build: BuildSummary): boolean {
  return !isUnfinished(build) || build.state === "reconnecting";
}

/** Whether it failed or was interrupted; a cancelled build did not fail. */
export function isFailed({ state }: BuildSummary): boolean {
  return state === "failed" || state === "lost";
}

/** Whether nothing speaks against it: it succeeded without warnings, and each path has a trusted signature or needs none. */
export function isKnownGood({ state, warnings = [], signatures }: BuildSummary): boolean {
  if (state !== "succeeded" || warnings.length > 0 || signatures === undefined) return false;
  const { total, trusted, contentAddressed } = signatures;
  return total > 0 && trusted + contentAddressed === total;
}

/** Whether its signatures can be checked again: its result is on this machine. */
export function isCheckable({ state, outPath, stored }: BuildSummary): boolean {
  return state === "succeeded" && outPath !== undefined && stored === undefined;
}

/** What Copy Store Path copies: the result, or the derivation if there is no result yet. */
export function storePathOf({ state, outPath, drvPath }: BuildSummary): string | undefined {
  return state === "succeeded" ? (outPath ?? drvPath) : drvPath;
}

/** The builder that a build runs on, or was to run on. Undefined if Nix chose it, perhaps a different one for each derivation. */
export function chosenBuilder({ place, runningOn }: BuildSummary): BuilderId | undefined {
  if (place.kind === "schedule") return runningOn?.length === 1 ? runningOn[0]?.builder : undefined;
  if (place.kind === "hydra") return undefined;
  return place.kind === "only" ? place.builder : place.store;
}
