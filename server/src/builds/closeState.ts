import type { EventState, FollowedDerivation } from "./eventState.ts";
import { change } from "./reduce.ts";

/**
 * Settles what is left open when Nix has ended.
 *
 * @param at epoch milliseconds
 * @param succeeded whether Nix says that all is there.
 */
export function closeState(state: EventState, at: number, succeeded: boolean): void {
  for (const derivation of state.derivations.values()) {
    const end = endOf(derivation, succeeded);
    if (end === derivation.state) continue;
    derivation.activities.clear();
    change(state, derivation, derivation.state === "building" ? { state: end, stoppedAt: at } : { state: end });
  }
  for (const transfer of state.transfers.values()) if (transfer.state === "running") transfer.state = "failed";
  // What has stopped and was never counted has not come.
  for (const transfer of state.unconfirmed) transfer.state = "failed";
  state.unconfirmed.length = 0;
  state.activities.clear();
}

/** A build that was not finished was cancelled. What another Nix has built is built, when ours could go on. */
function endOf(
  { state, awaited, registered, unplaced }: FollowedDerivation,
  succeeded: boolean,
): FollowedDerivation["state"] {
  if (state === "building") return registered === true ? "built" : "cancelled";
  if (state !== "waiting" && state !== "planned") return state;
  if (succeeded) return awaited === true ? "built" : "planned";
  return unplaced === true ? "failed" : "planned";
}
