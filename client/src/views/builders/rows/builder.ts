import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import type { Builder, BuilderId } from "../../../../../server/src/protocol.ts";
import { builderIcon } from "../../../builders/icons.ts";
import { machineLinesOf, openableOrigins } from "../../../builders/originText.ts";
import { featuresOf, isDeclared, stateOf, systemsOf, usesOf } from "../../../builders/state.ts";
import { builderName, stateText, stateTime, systemsText } from "../../../builders/stateText.ts";
import { type ItemWord, itemWords } from "../../../manifest.ts";
import { fixesOf } from "../../../problems/fixes.ts";
import { shortNames } from "../../../text/shortNames.ts";
import { spokenName } from "../../spoken.ts";
import { type AccessRow, accessRow, isLimited } from "./access.ts";
import { builderTooltip } from "./builderTooltip.ts";
import { type CheckRow, checkRow } from "./check.ts";
import { type FactRow, factRows } from "./fact.ts";
import { type OriginRow, originRows } from "./origin.ts";
import { type ProblemRow, problemRow } from "./problem.ts";
import type { BuildersRowKind, Row, RowContext } from "./row.ts";
import { type SlotsRow, slotsRow } from "./slots.ts";
import { type SystemRow, systemRow } from "./system.ts";

/** A builder, with its problem, systems, slots, features, last check and origin below. */
export interface BuilderRow extends Row {
  readonly kind: "builder";
  readonly builder: BuilderId;
  /** How it is shown: shortened if it is long, and still different from its siblings. Empty for this machine. */
  readonly label: string;
}

type BelowBuilder = ProblemRow | SystemRow | SlotsRow | FactRow | CheckRow | OriginRow | AccessRow;

/** Longer names are shortened: in a side bar of 300 pixels there must be room for the state (characters). */
const maxLabel = 22;

/** The rows of builders that are listed together. @param parent absent: they stand at the top. */
export function builderRows(builders: readonly Builder[], parent?: Row): readonly BuilderRow[] {
  const short = shortNames(
    builders.map(({ name }) => name),
    maxLabel,
  );
  return builders.map(({ id, name, kind }) => {
    const label = kind === "local" ? "" : (short.get(name) ?? name);
    const key = JSON.stringify([parent?.key ?? "builder", id, label]);
    return { kind: "builder", key, top: parent?.top ?? key, builder: id, label };
  });
}

export const builderKind: BuildersRowKind<BuilderRow, BelowBuilder> = {
  item(row, context) {
    const { l10n, now } = context;
    const builder = context.store.builder(row.builder);
    if (builder === undefined) return undefined;
    const state = stateIn(builder, context);
    const text = stateText(state, builder, l10n);
    // Nothing is missing on this machine if it was not checked.
    const isQuiet = state.kind === "not checked" && builder.kind === "local";
    const time = stateTime(state, now(), l10n);
    const details = [...(time === undefined ? [] : [time]), systemsText(builder, l10n)].filter(part => part !== "");
    const name = builderName(builder, l10n);
    return {
      id: row.key,
      label: row.label === "" ? name : row.label,
      // The state comes first: a narrow side bar cuts the rest.
      description: [...(isQuiet ? [] : [text]), ...details].join(" · "),
      icon: builderIcon(builder, state, now()),
      below: "closed",
      words: ["builder", ...wordsOf(builder, l10n)],
      spoken: spokenName(text, name, details),
    };
  },

  tooltip(row, { store, pathOf, l10n, now }) {
    const builder = store.builder(row.builder);
    return builder && builderTooltip(builder, pathOf, now(), l10n);
  },

  children(row, context) {
    const builder = context.store.builder(row.builder);
    if (builder === undefined) return [];
    const access = context.store.report?.access;
    return [
      ...(builder.check?.problem === undefined ? [] : [problemRow(row, {})]),
      ...systemsOf(builder).map(({ system }) => systemRow(row, system.system)),
      ...(isDeclared(builder) ? [] : [slotsRow(row)]),
      ...featuresOf(builder).refused.map(feature => problemRow(row, { feature })),
      ...factRows(row, builder),
      ...(builder.check === undefined ? [] : [checkRow(row)]),
      ...(builder.kind === "local" && access !== undefined && !isLimited(access) ? [accessRow(row)] : []),
      ...originRows(row, builder),
    ];
  },
};

function stateIn(builder: Builder, { builds }: RowContext) {
  const running = usesOf(builder.id, builds.unfinished).reduce((sum, use) => sum + use.running, 0);
  return stateOf(builder, running);
}

function wordsOf(builder: Builder, l10n: Localiser): readonly ItemWord[] {
  const { problem } = builder.check ?? {};
  return [
    ...(isDeclared(builder) ? [] : [itemWords.check]),
    ...(machineLinesOf(builder) === undefined ? [] : [itemWords.line]),
    ...(openableOrigins(builder).length === 0 ? [] : [itemWords.definition]),
    ...(problem === undefined || fixesOf(problem, l10n).length === 0 ? [] : [itemWords.fixes]),
  ];
}
