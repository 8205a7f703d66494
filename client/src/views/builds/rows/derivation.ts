import { durationText, elapsed } from "../../../../../server/src/common/duration.ts";
import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import { escapeMarkdown, inlineCode } from "../../../../../server/src/common/markdown.ts";
import { type BuilderId, type DerivationState, localBuilder } from "../../../../../server/src/protocol.ts";
import { derivationIcons } from "../../../builds/icons.ts";
import { type ItemWord, itemWords } from "../../../manifest.ts";
import { factsMarkdown } from "../../../text/facts.ts";
import { storeAddress, storeName } from "../../../text/storeNames.ts";
import { spokenRow } from "../../spoken.ts";
import type { BuildsRowKind, Row } from "../row/row.ts";

/** A derivation of a build. A click opens its log; the pending derivations that it depends on are below (`branch.ts`). */
export interface DerivationRow extends Row {
  readonly kind: "derivation";
  readonly drvPath: string;
  /** The derivation's name. */
  readonly name: string;
  /** For Copy Store Path. */
  readonly storePath: string;
}

/** The key does not depend on the parent, so that the row stays expanded or collapsed when it moves. */
export function derivationRow(parent: Row, { drvPath, name }: DerivationState): DerivationRow {
  const { id } = parent;
  return { kind: "derivation", key: `${id} ${drvPath}`, id, drvPath, name, storePath: drvPath, parent };
}

export const derivationKind: BuildsRowKind<DerivationRow> = {
  item({ key, id, drvPath }, { store, arrangements, l10n, now }) {
    const derivation = store.derivation(id, drvPath);
    if (derivation === undefined) return undefined;
    const { groups, below } = arrangements.shown(id);
    const { size = 0 } = below.get(drvPath) ?? {};
    const { name, state } = derivation;
    const description = derivationDescription(derivation, now(), l10n, size);
    return {
      id: key,
      label: name,
      description,
      icon: derivationIcons[state],
      // A small tree is shown expanded.
      below: size === 0 ? "none" : groups.length === 0 ? "open" : "closed",
      words: ["derivation", ...wordsOf(derivation)],
      click: { kind: "log", log: { id, name, derivation: drvPath } },
      spoken: spokenRow(name, description),
    };
  },

  tooltip({ id, drvPath }, { store, l10n }) {
    const derivation = store.derivation(id, drvPath);
    return derivation && derivationTooltip(derivation, l10n);
  },
};

function wordsOf({ keptFolder, startedAt }: DerivationState): readonly ItemWord[] {
  return [
    itemWords.log,
    itemWords.storePath,
    ...(startedAt === undefined ? [] : [itemWords.runsOn]),
    ...(keptFolder === undefined ? [] : [itemWords.folder]),
  ];
}

/**
 * `buildPhase · 3 s · attic · emulated`, `built · 12 s · this machine, not attic`, `waiting · 4 dependencies`.
 * @param now in ms.
 * @param below number of pending derivations that it depends on.
 */
export function derivationDescription(derivation: DerivationState, now: number, l10n: Localiser, below = 0): string {
  const { state, phase, emulated, attempt } = derivation;
  const word = stateText(state, l10n);
  const words =
    state === "building" ? [phase ?? word] : state === "failed" && phase !== undefined ? [word, phase] : [word];
  const span = elapsed(derivation, now);
  return [
    ...words,
    ...(span === undefined || Number.isNaN(span) ? [] : [durationText(span, l10n)]),
    ...builderText(derivation, l10n),
    ...(emulated === true ? [l10n.t("emulated")] : []),
    ...(attempt > 1 ? [l10n.t("attempt {0}", attempt)] : []),
    ...(below > 0 ? [below === 1 ? l10n.t("1 dependency") : l10n.t("{0} dependencies", below)] : []),
  ].join(" · ");
}

/** Empty if it was built where it was expected, on this machine. */
function builderText({ builder, expectedOn }: DerivationState, l10n: Localiser): string[] {
  if (expectedOn === undefined) return builder === undefined ? [] : [storeName(builder)];
  return [l10n.t("{0}, not {1}", nameOf(builder, l10n), nameOf(expectedOn, l10n))];
}

/** @param builder undefined: this machine. */
function nameOf(builder: BuilderId | undefined, l10n: Localiser): string {
  return builder === undefined || builder === localBuilder ? l10n.t("this machine") : storeName(builder);
}

/** All details of a derivation, as Markdown. */
export function derivationTooltip(derivation: DerivationState, l10n: Localiser): string {
  const { name, drvPath, state, attempt, phase, builder, emulated, expectedOn, lastLine, keptFolder } = derivation;
  const place =
    builder === undefined
      ? l10n.t("this machine")
      : `${escapeMarkdown(storeName(builder))} (${inlineCode(storeAddress(builder))})`;
  return factsMarkdown(`**${escapeMarkdown(name)}**`, [
    [l10n.t("State"), escapeMarkdown(stateText(state, l10n))],
    [l10n.t("Phase"), phase === undefined ? undefined : escapeMarkdown(phase)],
    [l10n.t("Builder"), attempt === 0 ? undefined : place],
    [l10n.t("Expected on"), expectedOn === undefined ? undefined : escapeMarkdown(nameOf(expectedOn, l10n))],
    [l10n.t("Emulated"), emulated === true ? l10n.t("yes") : undefined],
    [l10n.t("Derivation"), inlineCode(drvPath)],
    [l10n.t("Kept build directory"), keptFolder === undefined ? undefined : inlineCode(keptFolder)],
    [l10n.t("Last line"), lastLine === undefined || lastLine.trim() === "" ? undefined : inlineCode(lastLine)],
  ]);
}

/** The label of a derivation's state. */
function stateText(state: DerivationState["state"], l10n: Localiser): string {
  switch (state) {
    case "planned":
      return l10n.t("not started");
    case "waiting":
      return l10n.t("waiting");
    case "building":
      return l10n.t("building");
    case "built":
      return l10n.t("built");
    case "built-by-another":
      return l10n.t("built by another build");
    case "fetched":
      return l10n.t("fetched");
    case "not-needed":
      return l10n.t("not needed");
    case "failed":
      return l10n.t("failed");
    case "dependency-failed":
      return l10n.t("dependency failed");
    case "cancelled":
      return l10n.t("cancelled");
  }
}
