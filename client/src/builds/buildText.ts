import type { BuildSummary, SignatureSummary } from "../../../server/src/protocol.ts";
import type { Localiser } from "../localiser.ts";
import { bytesText } from "../text/bytes.ts";
import { durationText, elapsed, roughDurationText, steppedDurationText } from "../text/duration.ts";
import { escapeMarkdown, type Fact, factsMarkdown, inlineCode } from "../text/markdown.ts";
import { isUnfinished } from "./state.ts";
import { placeText, stateText } from "./stateText.ts";

/** `building · 7 of 10 · 12 s`, `succeeded · 14 of 14 paths signed · 2 min 3 s`. `now` in ms. */
export function buildDescription(build: BuildSummary, now: number, l10n: Localiser): string {
  return [
    stateText(build.state, l10n),
    ...countText(build, l10n),
    ...elapsedText(build, now, l10n),
    ...remainingText(build, l10n),
  ].join(" · ");
}

function countText({ state, progress, signatures }: BuildSummary, l10n: Localiser): string[] {
  if (state === "succeeded" && signatures !== undefined) return [signedText(signatures, l10n)];
  if (state === "evaluating" || state === "lost" || progress.expected === 0) return [];
  if (state === "succeeded") return [l10n.t("{0} built", progress.done)];
  return [l10n.t("{0} of {1}", progress.done, progress.expected)];
}

/** `14 of 14 paths signed` */
export function signedText({ trusted, total }: SignatureSummary, l10n: Localiser): string {
  if (total === 0) return l10n.t("signatures not checked");
  return l10n.t("{0} of {1} paths signed", trusted, total);
}

function elapsedText(build: BuildSummary, now: number, l10n: Localiser): string[] {
  const span = elapsed(build, now);
  if (span === undefined || Number.isNaN(span)) return [];
  // VS Code draws the row of a build only with all that is below it.
  return [build.stoppedAt === undefined ? steppedDurationText(span, l10n) : durationText(span, l10n)];
}

function remainingText({ state, estimate }: BuildSummary, l10n: Localiser): string[] {
  if (state !== "building" || estimate === undefined || estimate.remaining <= 0) return [];
  return [l10n.t("about {0} left", roughDurationText(estimate.remaining, l10n))];
}

/** `2 running · 12.0 MiB of 40.1 MiB · 3.1 MiB/s`; undefined when nothing is transferred. */
export function transfersText({ transfers }: BuildSummary, l10n: Localiser): string | undefined {
  const { running, done, bytesDone, bytesExpected, rate } = transfers;
  if (running + done === 0) return undefined;
  const bytes =
    bytesExpected > bytesDone
      ? l10n.t("{0} of {1}", bytesText(bytesDone, l10n), bytesText(bytesExpected, l10n))
      : bytesText(bytesDone, l10n);
  const count = running === 0 ? l10n.t("{0} done", done) : l10n.t("{0} running", running);
  // Nix counts the bytes of some copies only.
  const amount = bytesDone + bytesExpected === 0 ? [] : [bytes];
  return [count, ...amount, ...(rate === undefined || rate === 0 ? [] : [l10n.t("{0}/s", bytesText(rate, l10n))])].join(
    " · ",
  );
}

/** The whole of what is known about a build, as Markdown. `path`: of its network file, as the workspace sees it. */
export function buildTooltip(build: BuildSummary, path: string, now: number, l10n: Localiser): string {
  const { machine, attribute, state, system, place, drvPath, outPath, signatures, kept, failure } = build;
  const facts: Fact[] = [
    [l10n.t("State"), escapeMarkdown(stateText(state, l10n))],
    [l10n.t("Network"), inlineCode(path)],
    [l10n.t("Output"), attribute === undefined ? undefined : inlineCode(attribute)],
    [l10n.t("System"), system === undefined ? undefined : escapeMarkdown(system)],
    [l10n.t("Place"), escapeMarkdown(placeText(place, l10n) ?? l10n.t("as Nix decides"))],
    [l10n.t("Started"), escapeMarkdown(new Date(build.startedAt).toLocaleString())],
    // VS Code keeps a tooltip until its row is drawn again: of a build that runs, what changes is in the rows.
    [l10n.t("Took"), isUnfinished(build) ? undefined : elapsedText(build, now, l10n)[0]],
    [l10n.t("Transfers"), isUnfinished(build) ? undefined : transfersText(build, l10n)],
    [l10n.t("Signatures"), signatures === undefined ? undefined : signedText(signatures, l10n)],
    [l10n.t("Derivation"), drvPath === undefined ? undefined : inlineCode(drvPath)],
    [l10n.t("Result"), outPath === undefined ? undefined : inlineCode(outPath)],
    [l10n.t("Kept on disk"), kept.bytes === undefined ? undefined : bytesText(kept.bytes, l10n)],
    [l10n.t("Kept"), kept.pinned === true ? l10n.t("until you remove it") : undefined],
    [l10n.t("Problem"), failure === undefined ? undefined : escapeMarkdown(failure.message)],
  ];
  return factsMarkdown(`**${escapeMarkdown(machine)}**`, facts);
}
