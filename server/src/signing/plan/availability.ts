import type { TrustedKeys } from "../keys.ts";
import type { CacheAnswers } from "../report.ts";
import { checkSignatures, type Verdict } from "../signature.ts";
import type { Availability, RefusedStatus } from "./walk.ts";

/**
 * Whether Nix would take a path from caches that were asked, the first one first. An archive that is missing is not known here: Nix
 * looks for it only when it fetches.
 *
 * @param storeDir the store directory: Nix does not use a cache of another one.
 * @param requiresSignatures setting `require-sigs`.
 */
export function availabilityOf(
  path: string,
  storeDir: string,
  caches: readonly CacheAnswers[],
  keys: TrustedKeys,
  requiresSignatures = true,
): Availability {
  let refused: Availability | undefined;
  let isUnanswered = false;
  for (const { state, infos, failed, refused: unreadable, narMissing } of caches) {
    const { url: cache } = state;
    if (state.storeDir !== undefined && state.storeDir !== storeDir) continue;
    isUnanswered ||= !state.reachable || failed.has(path);
    const info = infos.get(path);
    if (unreadable.has(path)) refused ??= { kind: "refused", cache, status: "invalid" };
    if (info === undefined || narMissing.has(path)) continue;
    const verdict = checkSignatures(info, keys);
    const status = requiresSignatures && state.needsNoSignature === undefined ? statusOf(verdict) : undefined;
    const key = "key" in verdict ? verdict.key : undefined;
    if (status !== undefined) refused ??= { kind: "refused", cache, status, key };
    else
      return {
        kind: "accepted",
        cache,
        key: verdict.status === "trusted" ? key : undefined,
        references: info.references.filter(reference => reference !== path),
      };
  }
  return refused ?? { kind: isUnanswered ? "unknown" : "missing" };
}

/** Undefined: Nix accepts it. */
function statusOf({ status }: Verdict): RefusedStatus | undefined {
  return status === "trusted" || status === "contentAddressed" ? undefined : status;
}
