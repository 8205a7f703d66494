import * as l10n from "@vscode/l10n";
import { escapeMarkdown, inlineCode } from "../../common/markdown.ts";
import type { Network } from "../../protocol.ts";

/** The most machines that are named. */
const maxNamed = 20;

/** A tag: the machines that have it, and its place in the order of deployments. As Markdown. */
export function tagText(tag: string, { machines, orderingTags = [], complete }: Network): string {
  const tagged = machines.filter(machine => machine.tags?.includes(tag)).map(({ name }) => name);
  const isAllKnown = complete && machines.every(({ isPartlyRead }) => isPartlyRead !== true);
  const place = orderingTags.indexOf(tag);
  return [
    l10n.t("Tag {0}: {1}", inlineCode(tag), countText(tagged.length, isAllKnown)),
    ...(tagged.length === 0 ? [] : [namesText(tagged)]),
    place === -1
      ? l10n.t("Not in the network's ordering: its machines are deployed last.")
      : l10n.t("Number {0} of {1} in the network's ordering.", place + 1, orderingTags.length),
    l10n.t("{0} deploys them.", inlineCode(`morph deploy --tagged ${tag}`)),
  ].join("\n\n");
}

function countText(count: number, isAllKnown: boolean): string {
  if (!isAllKnown) return l10n.t("{0} or more machines, evaluate to see all", count);
  return count === 1 ? l10n.t("1 machine") : l10n.t("{0} machines", count);
}

/** `a, b, c and 5 more` */
function namesText(names: readonly string[]): string {
  const named = names.slice(0, maxNamed).map(escapeMarkdown).join(", ");
  return names.length > maxNamed ? l10n.t("{0} and {1} more", named, names.length - maxNamed) : named;
}
