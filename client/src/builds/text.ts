import { durationText, elapsed, roughDurationText, steppedDurationText } from "../../../server/src/common/duration.ts";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import { nameOfStorePath } from "../../../server/src/common/storePath.ts";
import {
  type BuildState,
  type BuildSummary,
  finalStates,
  type Leftovers,
  localBuilder,
} from "../../../server/src/protocol.ts";
import { storeName } from "../text/storeNames.ts";
import type { BuildsFilter } from "./filter.ts";
import { signedText } from "./signatures/text.ts";

/** `building · 7 of 10 · 12 s`, `succeeded · 14 of 14 paths signed · 2 min 3 s`. `now` in ms. */
export function buildDescription(build: BuildSummary, now: number, l10n: Localiser): string {
  return [
    buildStateText(build, l10n),
    ...silenceText(build, now, l10n),
    ...countText(build, l10n),
    ...elapsedText(build, now, l10n),
    ...remainingText(build, l10n),
    ...(build.detached === true && !finalStates.has(build.state) ? [l10n.t("detached")] : []),
    ...(build.kept.pinned === true ? [l10n.t("pinned")] : []),
  ].join(" · ");
}

function countText(build: BuildSummary, l10n: Localiser): string[] {
  const { state, progress, transfers, signatures, stored, hydra, warnings = [] } = build;
  if (state === "succeeded") {
    const { length } = warnings;
    const warned = length === 1 ? l10n.t("1 warning") : l10n.t("{0} warnings", length);
    // Signatures are checked only for results that are here.
    const result =
      stored === undefined
        ? signedText(signatures ?? notChecked, l10n)
        : l10n.t("result on {0}", hydra === undefined ? storeName(stored.store) : "Hydra");
    return [...(length === 0 ? [] : [warned]), result];
  }
  if (build.fromCache === true && state === "building" && transfers.done > 0)
    return [l10n.t("{0} paths", transfers.done)];
  if (state === "evaluating" || state === "queued" || state === "lost" || progress.expected === 0) return [];
  return [l10n.t("{0} of {1}", progress.done, progress.expected)];
}

/** `waiting for attic for 1 min`, `nothing heard from attic for 2 min`: only if its connection may be the reason. */
function silenceText({ silence }: BuildSummary, now: number, l10n: Localiser): string[] {
  if (silence === undefined || (silence.reason === "building" && silence.connected === true)) return [];
  const span = now - Date.parse(silence.since);
  if (Number.isNaN(span)) return [];
  const [name, time] = [storeName(silence.builder), steppedDurationText(span, l10n)];
  return silence.reason === "waiting"
    ? [l10n.t("waiting for {0} for {1}", name, time)]
    : [l10n.t("nothing heard from {0} for {1}", name, time)];
}

const notChecked = { trusted: 0, total: 0 };

/** How long it took or has been running; empty if unknown, or if it waits. */
export function elapsedText(build: BuildSummary, now: number, l10n: Localiser): string[] {
  const span = elapsed(build, now);
  if (build.state === "queued" || span === undefined || Number.isNaN(span)) return [];
  // VS Code refreshes a build's row only together with everything below it.
  return [build.stoppedAt === undefined ? steppedDurationText(span, l10n) : durationText(span, l10n)];
}

function remainingText({ state, estimate }: BuildSummary, l10n: Localiser): string[] {
  if (state !== "building" || estimate === undefined || estimate.remaining <= 0) return [];
  return [l10n.t("about {0} left", roughDurationText(estimate.remaining, l10n))];
}

/** The label of a build's state, for one that only fetches, or that Hydra makes, as well. */
export function buildStateText({ state, fromCache, hydra }: BuildSummary, l10n: Localiser): string {
  if (hydra !== undefined && state === "evaluating")
    return hydra.phase === "evaluating" ? l10n.t("evaluating on Hydra") : l10n.t("waiting for Hydra's evaluator");
  if (hydra !== undefined && state === "queued") return l10n.t("queued on Hydra");
  if (fromCache === true && state === "building") return l10n.t("fetching");
  if (fromCache === true && state === "succeeded") return l10n.t("fetched");
  return stateText(state, l10n);
}

/** The label of a build's state. */
function stateText(state: BuildState, l10n: Localiser): string {
  switch (state) {
    case "evaluating":
      return l10n.t("evaluating");
    case "queued":
      return l10n.t("queued");
    case "building":
      return l10n.t("building");
    case "reconnecting":
      return l10n.t("reconnecting");
    case "checking":
      return l10n.t("checking signatures");
    case "succeeded":
      return l10n.t("succeeded");
    case "failed":
      return l10n.t("failed");
    case "cancelled":
      return l10n.t("cancelled");
    case "lost":
      return l10n.t("interrupted");
  }
}

/** Where a build runs: a builder's name, in its store, or that Nix chooses. */
export function placeText({ place, detached }: Pick<BuildSummary, "place" | "detached">, l10n: Localiser): string {
  switch (place.kind) {
    case "schedule":
      return place.without === undefined || place.without.length === 0
        ? l10n.t("chosen by Nix")
        : l10n.t("chosen by Nix, without {0}", place.without.map(storeName).join(", "));
    case "only":
      return place.builder === localBuilder ? l10n.t("this machine") : storeName(place.builder);
    case "store":
      return detached === true
        ? l10n.t("{0}, detached", storeName(place.store))
        : l10n.t("in the store of {0}", storeName(place.store));
    case "hydra":
      return l10n.t("Hydra jobset {0}", `${place.project}:${place.jobset}`);
  }
}

/** `all builds`, `failed builds`, `web01` */
export function filterText(filter: BuildsFilter, l10n: Localiser): string {
  switch (filter.kind) {
    case "all":
      return l10n.t("all builds");
    case "running":
      return l10n.t("running and queued builds");
    case "failed":
      return l10n.t("failed builds");
    case "machine":
      return filter.machine;
  }
}

/** What is left of a build on builders that it has lost, as sentences. */
export function leftoversText(found: readonly Leftovers[], l10n: Localiser): string {
  if (found.length === 0) return l10n.t("Nothing of this build was running on another builder when it ended.");
  return found.flatMap(each => sentencesFor(each, l10n)).join(" ");
}

function sentencesFor({ builder, derivations }: Leftovers, l10n: Localiser): string[] {
  const name = storeName(builder);
  const named = (wanted: "building" | "built") =>
    derivations
      .filter(({ state }) => state === wanted)
      .map(({ drvPath }) => nameOfStorePath(drvPath))
      .join(", ");
  const [building, built] = [named("building"), named("built")];
  if (derivations.length === 0) return [l10n.t("Nothing of this build runs on {0} any more.", name)];
  return [
    ...(building === "" ? [] : [l10n.t("{0} is still building {1}; a retry waits for it.", name, building)]),
    ...(built === "" ? [] : [l10n.t("{0} has finished {1} meanwhile; a retry fetches it.", name, built)]),
  ];
}
