import type { DerivationState, SignatureReport, TransferState } from "../../../../server/src/protocol.ts";
import type { Arrangement } from "../../builds/arrangement.ts";
import { groupSignatures } from "../../builds/signatures.ts";
import type { BuildsStore } from "../../builds/store.ts";
import { arrangeTransfers, transferKey } from "../../builds/transfers.ts";
import { storePathName } from "../../text/storeNames.ts";
import type { Arrangements } from "./arrangements.ts";
import type {
  BranchNode,
  BuildNode,
  BuildsNode,
  MoreNode,
  SignatureGroupNode,
  SignaturesNode,
  TransfersNode,
} from "./buildNodes.ts";
import type { NodeCache } from "./nodeCache.ts";

/** So many derivations at most are right below a row besides a build's; below one more row is the rest. */
const pageSize = 200;

/** The rows below a build: its failure, what was found before it, its derivations, its transfers, its signatures. */
export function buildRows(
  parent: BuildNode,
  store: BuildsStore,
  arrangements: Arrangements,
  cache: NodeCache,
): BuildsNode[] {
  const summary = store.summary(parent.id);
  if (summary === undefined) return [];
  const { id, key } = parent;
  const { running, done } = summary.transfers;
  const { listed, groups } = arrangements.renew(id, store.derivations(id));
  return [
    ...(summary.failure === undefined ? [] : [{ kind: "failure", key: `${key} failure`, id, parent } as const]),
    ...(summary.warnings ?? []).map(
      warning => ({ kind: "warning", key: `${key} ${warning.code}`, id, warning, parent }) as const,
    ),
    ...listed.map(derivation => cache.derivation(parent, derivation)),
    ...groups.map(({ name }) => cache.group(parent, name)),
    ...(running + done === 0 ? [] : [{ kind: "transfers", key: `${key} transfers`, id, parent } as const]),
    ...(summary.signatures === undefined
      ? []
      : [{ kind: "signatures", key: `${key} signatures`, id, parent } as const]),
  ];
}

/** The rows below the transfers: what runs, what failed, and of what is done the newest. */
export function transferRows(parent: TransfersNode, transfers: readonly TransferState[]): BuildsNode[] {
  const { id, key } = parent;
  return arrangeTransfers(transfers)
    .slice(0, pageSize)
    .map(each => {
      const [transfer, { path }] = [transferKey(each), each];
      const row = `${key} ${transfer}`;
      return { kind: "transfer", key: row, id, label: storePathName(path), transfer, storePath: path, parent };
    });
}

/** The rows below a group of derivations, below a derivation, or the rest of either. */
export function branchRows(parent: BranchNode, arrangement: Arrangement, cache: NodeCache): BuildsNode[] {
  const { owner, from } = parent.kind === "more" ? parent : { owner: parent, from: 0 };
  const derivations = derivationsBelow(owner, arrangement);
  const end = from + pageSize;
  const rows = derivations.slice(from, end).map(derivation => cache.derivation(parent, derivation));
  return end < derivations.length ? [...rows, cache.more(parent, owner, end)] : rows;
}

/** The derivations right below a group or a derivation. */
export function derivationsBelow(owner: MoreNode["owner"], { groups, below }: Arrangement): readonly DerivationState[] {
  const branch = owner.kind === "group" ? groups.find(({ name }) => name === owner.name) : below.get(owner.drvPath);
  return branch?.derivations ?? [];
}

/** The rows below the signatures: what is not signed by a trusted key, and the caches that did not answer. */
export function signatureRows(parent: SignaturesNode, report: SignatureReport): BuildsNode[] {
  const { id, key } = parent;
  const caches = report.caches.filter(({ reachable }) => !reachable);
  return [
    ...caches.map(cache => ({ kind: "cache", key: `${key} ${cache.url}`, id, cache, parent }) as const),
    ...groupSignatures(report).map(
      group => ({ kind: "signatureGroup", key: `${key} ${group.status}`, id, group, parent }) as const,
    ),
  ];
}

/** The paths of one signature status. */
export function pathRows(parent: SignatureGroupNode): BuildsNode[] {
  return parent.group.paths.map(path => ({
    kind: "path",
    key: `${parent.key} ${path.path}`,
    id: parent.id,
    path,
    storePath: path.path,
    parent,
  }));
}
