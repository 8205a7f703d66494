import { bytesText } from "../../../../../server/src/common/bytes.ts";
import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import { escapeMarkdown, inlineCode } from "../../../../../server/src/common/markdown.ts";
import { type BuildSummary, localBuilder, type Place } from "../../../../../server/src/protocol.ts";
import { earlierBuildsText } from "../../../builds/batchText.ts";
import { hydraName, hydraPage } from "../../../builds/hydra.ts";
import { buildIcon } from "../../../builds/icons.ts";
import { cacheName, signedText } from "../../../builds/signatures/text.ts";
import { chosenBuilder, isCheckable, isRemovable, isUnfinished, storePathOf } from "../../../builds/state.ts";
import { buildDescription, buildStateText, elapsedText, placeText } from "../../../builds/text.ts";
import { type ItemWord, itemWords } from "../../../manifest.ts";
import { outputName } from "../../../text/attributePath.ts";
import { type Fact, factsMarkdown } from "../../../text/facts.ts";
import { storeAddress, storeName } from "../../../text/storeNames.ts";
import { spokenRow } from "../../spoken.ts";
import type { BuildsRowKind, Row } from "../row/row.ts";
import { type DerivationRow, derivationRow } from "./derivation.ts";
import { type FailureRow, failureRow } from "./failure.ts";
import { type GroupRow, groupRow } from "./group.ts";
import { type SignaturesRow, signaturesRow } from "./signatures/signatures.ts";
import { type SilenceRow, silenceRow } from "./silence.ts";
import { type TransfersRow, transfersRow, transfersText } from "./transfers.ts";
import { type WarningRow, warningRow } from "./warning.ts";

/** A build, with its failure, warnings, derivations, transfers and signatures below. */
export interface BuildRow extends Row {
  readonly kind: "build";
  readonly uri: string;
  /** The machine's name. */
  readonly machine: string;
  readonly place: Place;
  readonly detached?: true | undefined;
  readonly fetch?: true | undefined;
  readonly fromCache?: true | undefined;
  /** The output that is built; undefined: the machine's system. */
  readonly attribute?: string | undefined;
}

type BelowBuild = FailureRow | SilenceRow | WarningRow | DerivationRow | GroupRow | TransfersRow | SignaturesRow;

/** @param parent the row of its batch, or of the group there that it is in. */
export function buildRow(
  { id, uri, machine, place, detached, fetch, fromCache, attribute }: BuildSummary,
  parent?: Row,
): BuildRow {
  return { kind: "build", key: id, id, uri, machine, place, detached, fetch, fromCache, attribute, parent };
}

export const buildKind: BuildsRowKind<BuildRow, BelowBuild> = {
  item({ key, id, machine, attribute }, { store, opened, l10n, now }) {
    const build = store.summary(id);
    if (build === undefined) return undefined;
    const label = attribute === undefined ? machine : `${machine} ${outputName(attribute)}`;
    const description = buildDescription(build, now(), l10n);
    return {
      id: key,
      label,
      description,
      icon: buildIcon(build),
      below: opened(id) ? "open" : "closed",
      words: ["build", ...wordsOf(build)],
      spoken: spokenRow(label, description),
    };
  },

  tooltip({ id }, { store, pathOf, l10n, now }) {
    const build = store.summary(id);
    return build && buildTooltip(build, pathOf(build.uri), now(), l10n);
  },

  children(row, { store, arrangements, kept }) {
    const build = store.summary(row.id);
    if (build === undefined) return [];
    const { failure, silence, warnings = [], transfers, signatures } = build;
    const { listed, groups } = arrangements.renew(row.id, store.derivations(row.id));
    return [
      ...(failure === undefined ? [] : [failureRow(row)]),
      ...(silence === undefined ? [] : [silenceRow(row)]),
      ...warnings.map(warning => warningRow(row, warning)),
      ...listed.map(derivation => kept.keep(derivationRow(row, derivation))),
      ...groups.map(({ name }) => kept.keep(groupRow(row, name))),
      ...(transfers.running + transfers.done === 0 ? [] : [transfersRow(row)]),
      ...(signatures === undefined ? [] : [signaturesRow(row)]),
    ];
  },
};

function wordsOf(build: BuildSummary): readonly ItemWord[] {
  const path: readonly ItemWord[] = storePathOf(build) === undefined ? [] : [itemWords.storePath];
  const keep = build.kept.pinned === true ? itemWords.kept : itemWords.keep;
  const failed: readonly ItemWord[] = build.state === "failed" ? [itemWords.failed] : [];
  const end = isUnfinished(build) ? [itemWords.cancel] : [itemWords.again];
  const remove = isRemovable(build) ? [itemWords.remove] : [];
  const builder: readonly ItemWord[] = chosenBuilder(build) === undefined ? [] : [itemWords.runsOn];
  const signatures: readonly ItemWord[] = [
    ...(build.signatures === undefined ? [] : [itemWords.signatures]),
    ...(isCheckable(build) ? [itemWords.recheck] : []),
  ];
  const { hydra, state } = build;
  const hasFailedThere = hydra?.build !== undefined && (state === "failed" || state === "cancelled");
  const onHydra: readonly ItemWord[] = [
    ...(hydra === undefined ? [] : [itemWords.hydra]),
    ...(hasFailedThere ? [itemWords.restart] : []),
    ...(hydra !== undefined && state === "succeeded" ? [itemWords.fetch] : []),
  ];
  return [
    itemWords.reveal,
    itemWords.log,
    ...onHydra,
    ...signatures,
    ...path,
    ...builder,
    keep,
    ...failed,
    ...end,
    ...remove,
  ];
}

/** All details of a build, as Markdown. `path`: its network file, relative to the workspace. */
export function buildTooltip(build: BuildSummary, path: string, now: number, l10n: Localiser): string {
  const { machine, attribute, state, system, drvPath, outPath, signatures, kept, failure, estimate } = build;
  const { problems = [] } = build.signatureCheck ?? {};
  const facts: Fact[] = [
    [l10n.t("State"), escapeMarkdown(buildStateText(build, l10n))],
    [l10n.t("Network"), inlineCode(path)],
    [l10n.t("Output"), attribute === undefined ? undefined : inlineCode(attribute)],
    [l10n.t("System"), system === undefined ? undefined : escapeMarkdown(system)],
    [l10n.t("Builder"), build.fromCache === true ? l10n.t("none, fetched from cache") : placeFact(build, l10n)],
    [l10n.t("Started"), escapeMarkdown(new Date(build.startedAt).toLocaleString())],
    // VS Code keeps a tooltip until its row is refreshed, so the changing details of a running build are in its rows.
    [l10n.t("Estimate"), estimate === undefined ? undefined : earlierBuildsText(estimate.basis, l10n)],
    [l10n.t("Duration"), isUnfinished(build) ? undefined : elapsedText(build, now, l10n)[0]],
    [l10n.t("Transfers"), isUnfinished(build) ? undefined : transfersText(build, l10n)],
    [l10n.t("Signatures"), signatures === undefined ? undefined : escapeMarkdown(signedText(signatures, l10n))],
    [
      l10n.t("Caches with a problem"),
      problems.length === 0 ? undefined : problems.map(({ cache }) => inlineCode(cacheName(cache))).join(", "),
    ],
    [l10n.t("Derivation"), drvPath === undefined ? undefined : inlineCode(drvPath)],
    // Before it succeeds, that is where the result would be.
    [l10n.t("Result"), outPath === undefined || state !== "succeeded" ? undefined : resultFact(build, outPath, l10n)],
    [l10n.t("Closure size"), kept.bytes === undefined ? undefined : bytesText(kept.bytes, l10n)],
    [l10n.t("Pinned"), kept.pinned === true ? l10n.t("yes") : undefined],
    [l10n.t("Problem"), failure === undefined ? undefined : escapeMarkdown(failure.message)],
  ];
  return factsMarkdown(`**${escapeMarkdown(machine)}**`, facts);
}

/** The store path of a result, and in which store it is unless in this machine's. */
function resultFact({ stored }: BuildSummary, outPath: string, l10n: Localiser): string {
  const where =
    stored === undefined ? "" : ` (${l10n.t("in the store of {0}", escapeMarkdown(storeName(stored.store)))})`;
  return `${inlineCode(outPath)}${where}`;
}

/** Where a build runs, as Markdown, with the full address, or a link to its page. */
function placeFact(build: BuildSummary, l10n: Localiser): string {
  const { place } = build;
  const words = escapeMarkdown(placeText(build, l10n));
  if (build.hydra !== undefined) return `${words} ([${hydraName(build.hydra, l10n)}](${hydraPage(build.hydra)}))`;
  const address = place.kind === "only" ? place.builder : place.kind === "store" ? place.store : localBuilder;
  return address === localBuilder ? words : `${words} (${inlineCode(storeAddress(address))})`;
}
