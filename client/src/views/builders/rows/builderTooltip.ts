import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import { escapeMarkdown, inlineCode } from "../../../../../server/src/common/markdown.ts";
import { type Builder, localBuilder } from "../../../../../server/src/protocol.ts";
import { originText } from "../../../builders/originText.ts";
import { featuresOf, isDeclared, slotsOf } from "../../../builders/state.ts";
import { builderName, systemsText } from "../../../builders/stateText.ts";
import { factsMarkdown } from "../../../text/facts.ts";
import { storeAddress } from "../../../text/storeNames.ts";
import { checkFacts } from "./check.ts";

/** All details of a builder, as Markdown. `now` in ms. */
export function builderTooltip(
  builder: Builder,
  pathOf: (file: string) => string,
  now: number,
  l10n: Localiser,
): string {
  const { id, offers, check } = builder;
  const hasAddress = id !== localBuilder && id.includes("://");
  const isPartly = offers.some(({ isPartlyKnown }) => isPartlyKnown === true);
  const { supported, mandatory } = featuresOf(builder);
  const list = (texts: readonly string[]) => (texts.length === 0 ? undefined : escapeMarkdown(texts.join(", ")));
  const origins = new Set(offers.map(({ origin }) => originText(origin, pathOf, l10n)));
  return factsMarkdown(`**${escapeMarkdown(builderName(builder, l10n))}**`, [
    [l10n.t("Address"), hasAddress ? inlineCode(storeAddress(id)) : undefined],
    [l10n.t("State"), isDeclared(builder) ? escapeMarkdown(l10n.t("declared, not in effect here")) : undefined],
    [l10n.t("Systems"), escapeMarkdown(systemsText(builder, l10n))],
    [l10n.t("Parallel jobs"), String(slotsOf(builder))],
    [l10n.t("Features"), list(supported)],
    [l10n.t("Only derivations with"), list(mandatory)],
    [l10n.t("Note"), isPartly ? escapeMarkdown(l10n.t("The text does not determine everything about it.")) : undefined],
    ...(isDeclared(builder) ? [] : checkFacts(check, now, l10n)),
    [l10n.t("Defined in"), list([...origins])],
  ]);
}
