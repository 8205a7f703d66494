import type { PathSignature, SignatureReport, SignatureStatus } from "../../../../server/src/protocol.ts";
import { type Verdict, verdictOf, worstFirst } from "./verdict.ts";

/** A status, or paths with a trusted signature that cannot be downloaded: the archive is missing from the cache. */
export type GroupStatus = SignatureStatus | "archiveMissing";

/** Paths of a closure that need attention for the same reason. */
export interface SignatureGroup {
  readonly status: GroupStatus;
  readonly paths: readonly PathSignature[];
}

/** Every group, the worst first. */
const order: readonly GroupStatus[] = worstFirst.flatMap(status =>
  status === "missing" ? ["archiveMissing" as const, status] : [status],
);

/** The paths that a machine could not get with a trusted signature, grouped by status, the worst first. */
export function groupSignatures({ paths }: Pick<SignatureReport, "paths">): readonly SignatureGroup[] {
  const groups = order.map(status => ({ status, paths: paths.filter(path => groupOf(path) === status) }));
  return groups.filter(group => group.paths.length > 0);
}

/** The group of a path; that of its status unless only its archive is missing. */
export function groupOf({ status, narMissing }: Pick<PathSignature, "status" | "narMissing">): GroupStatus {
  return status === "trusted" && narMissing === true ? "archiveMissing" : status;
}

export function groupVerdict(status: GroupStatus): Verdict {
  return status === "archiveMissing" ? "wrong" : verdictOf(status);
}
