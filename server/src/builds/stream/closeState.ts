import { change, type EventState, type FollowedDerivation } from "./eventState.ts";

/**
 * Settles everything that is still open when Nix has ended.
 *
 * @param at epoch milliseconds
 * @param succeeded whether Nix reported success.
 * @param isPresent whether the outputs of a derivation are in the store.
 */
export function closeState(
  state: EventState,
  at: number,
  succeeded: boolean,
  isPresent: (drvPath: string) => boolean = () => false,
): void {
  for (const derivation of state.derivations.values()) {
    const end = endOf(derivation, succeeded, isPresent);
    if (end === derivation.state) continue;
    derivation.activities.clear();
    change(state, derivation, derivation.state === "building" ? { state: end, stoppedAt: at } : { state: end });
  }
  for (const transfer of state.transfers.values()) if (transfer.state === "running") transfer.state = "failed";
  // A transfer that stopped but that Nix never counted did not arrive.
  for (const transfer of state.unconfirmed) transfer.state = "failed";
  state.unconfirmed.length = 0;
  state.activities.clear();
}

/** An unfinished build was cancelled. Another Nix may have built what this one did not start. */
function endOf(
  { drvPath, state, awaited, registered, unplaced }: FollowedDerivation,
  succeeded: boolean,
  isPresent: (drvPath: string) => boolean,
): FollowedDerivation["state"] {
  if (state === "building") return registered === true ? "built" : "cancelled";
  if (state !== "waiting" && state !== "planned") return state;
  if ((succeeded && awaited === true) || isPresent(drvPath)) return "built-by-another";
  if (succeeded) return "not-needed";
  return unplaced === true ? "failed" : "planned";
}
