import type { BuildsRowKind, Row } from "../row/row.ts";
import { type BatchRow, batchKind } from "./batch.ts";
import { type BatchDoneRow, batchDoneKind } from "./batchDone.ts";
import { branchRows } from "./branch.ts";
import { type BuildRow, buildKind } from "./build.ts";
import { type DerivationRow, derivationKind } from "./derivation.ts";
import { type FailureRow, failureKind } from "./failure.ts";
import { type GroupRow, groupKind } from "./group.ts";
import { type MoreRow, moreKind } from "./more.ts";
import { type AdviceRow, adviceKind } from "./signatures/advice.ts";
import { type CacheRow, cacheKind } from "./signatures/cache.ts";
import { type MorePathsRow, morePathsKind } from "./signatures/morePaths.ts";
import { type PathRow, pathKind } from "./signatures/path.ts";
import { type RouteRow, routeKind } from "./signatures/route.ts";
import { type SignatureGroupRow, signatureGroupKind } from "./signatures/signatureGroup.ts";
import { type SignaturesRow, signaturesKind } from "./signatures/signatures.ts";
import { type SilenceRow, silenceKind } from "./silence.ts";
import { type TransferRow, transferKind } from "./transfer.ts";
import { type TransfersRow, transfersKind } from "./transfers.ts";
import { type WarningRow, warningKind } from "./warning.ts";

/** Every row of the Builds view. */
export type BuildsRow =
  | BatchRow
  | BatchDoneRow
  | BuildRow
  | FailureRow
  | SilenceRow
  | WarningRow
  | DerivationRow
  | GroupRow
  | MoreRow
  | TransfersRow
  | TransferRow
  | SignaturesRow
  | SignatureGroupRow
  | PathRow
  | MorePathsRow
  | CacheRow
  | AdviceRow
  | RouteRow;

type Kinds = { readonly [K in BuildsRow["kind"]]: BuildsRowKind<Extract<BuildsRow, { kind: K }>, BuildsRow> };

const kinds: Kinds = {
  batch: batchKind,
  batchDone: batchDoneKind,
  build: buildKind,
  failure: failureKind,
  silence: silenceKind,
  warning: warningKind,
  derivation: { ...derivationKind, children: branchRows },
  group: { ...groupKind, children: branchRows },
  more: { ...moreKind, children: branchRows },
  transfers: transfersKind,
  transfer: transferKind,
  signatures: signaturesKind,
  signatureGroup: signatureGroupKind,
  path: pathKind,
  morePaths: morePathsKind,
  cache: cacheKind,
  advice: adviceKind,
  route: routeKind,
};

/** The implementation of a row's kind. */
export function kindOf({ kind }: BuildsRow): BuildsRowKind<BuildsRow, BuildsRow> {
  return kinds[kind];
}

export function isBuildsRow(row: Row): row is BuildsRow {
  return Object.hasOwn(kinds, row.kind);
}
