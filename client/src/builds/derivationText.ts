import type { DerivationState } from "../../../server/src/protocol.ts";
import type { Localiser } from "../localiser.ts";
import { durationText, elapsed } from "../text/duration.ts";
import { escapeMarkdown, factsMarkdown, inlineCode } from "../text/markdown.ts";
import { storeName } from "../text/storeNames.ts";
import { derivationStateText } from "./stateText.ts";

/**
 * `buildPhase · 3 s · ssh-ng://builder · emulated`, `built · 12 s`, `waiting · 4 below`.
 * @param now in ms.
 * @param below how many derivations are below its row.
 */
export function derivationDescription(derivation: DerivationState, now: number, l10n: Localiser, below = 0): string {
  const { state, phase, builder, emulated, attempt } = derivation;
  const word = derivationStateText(state, l10n);
  const words =
    state === "building" ? [phase ?? word] : state === "failed" && phase !== undefined ? [word, phase] : [word];
  const span = elapsed(derivation, now);
  return [
    ...words,
    ...(span === undefined || Number.isNaN(span) ? [] : [durationText(span, l10n)]),
    ...(builder === undefined ? [] : [storeName(builder)]),
    ...(emulated === true ? [l10n.t("emulated")] : []),
    ...(attempt > 1 ? [l10n.t("attempt {0}", attempt)] : []),
    ...(below > 0 ? [l10n.t("{0} below", below)] : []),
  ].join(" · ");
}

/** The whole of what is known about a derivation, as Markdown. */
export function derivationTooltip(derivation: DerivationState, l10n: Localiser): string {
  const { name, drvPath, state, attempt, phase, builder, emulated, lastLine, keptFolder } = derivation;
  const place = builder === undefined ? l10n.t("this machine") : inlineCode(builder);
  return factsMarkdown(`**${escapeMarkdown(name)}**`, [
    [l10n.t("State"), escapeMarkdown(derivationStateText(state, l10n))],
    [l10n.t("Phase"), phase === undefined ? undefined : escapeMarkdown(phase)],
    [l10n.t("Builder"), attempt === 0 ? undefined : place],
    [l10n.t("Emulated"), emulated === true ? l10n.t("yes") : undefined],
    [l10n.t("Derivation"), inlineCode(drvPath)],
    [l10n.t("Kept folder"), keptFolder === undefined ? undefined : inlineCode(keptFolder)],
    [l10n.t("Last line"), lastLine === undefined || lastLine.trim() === "" ? undefined : inlineCode(lastLine)],
  ]);
}
