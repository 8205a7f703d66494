import type { SignatureReport } from "../../../../server/src/protocol.ts";
import { arrange } from "./arrangement.ts";
import type { BuildNode, BuildsNode, DerivationGroupNode, SignatureGroupNode, SignaturesNode } from "./buildNodes.ts";
import type { BuildsStore } from "./buildsStore.ts";
import type { NodeCache } from "./nodeCache.ts";
import { groupSignatures } from "./signatures.ts";

/** The rows below a build: its failure, its derivations, its transfers, its signatures. */
export function buildRows(parent: BuildNode, store: BuildsStore, cache: NodeCache): BuildsNode[] {
  const summary = store.summary(parent.id);
  if (summary === undefined) return [];
  const { id, key } = parent;
  const { running, done } = summary.transfers;
  const { listed, groups } = arrange(store.derivations(id) ?? []);
  return [
    ...(summary.failure === undefined ? [] : [{ kind: "failure", key: `${key} failure`, id, parent } as const]),
    ...listed.map(derivation => cache.derivation(parent, derivation)),
    ...groups.map(({ name }) => ({ kind: "group", key: `${key} ${name}`, id, name, parent }) as const),
    ...(running + done === 0 ? [] : [{ kind: "transfers", key: `${key} transfers`, id, parent } as const]),
    ...(summary.signatures === undefined
      ? []
      : [{ kind: "signatures", key: `${key} signatures`, id, parent } as const]),
  ];
}

/** The rows below a group of derivations. */
export function groupRows(parent: DerivationGroupNode, store: BuildsStore, cache: NodeCache): BuildsNode[] {
  const { groups } = arrange(store.derivations(parent.id) ?? []);
  const derivations = groups.find(({ name }) => name === parent.name)?.derivations ?? [];
  return derivations.map(derivation => cache.derivation(parent, derivation));
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
