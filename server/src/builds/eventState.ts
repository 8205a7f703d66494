import type { DerivationState, TransferState } from "../protocol.ts";

/** A derivation while its events come in. Times are epoch milliseconds. */
export interface FollowedDerivation {
  readonly drvPath: string;
  state: DerivationState["state"];
  attempt: number;
  phase?: string | undefined;
  builder?: string | undefined;
  startedAt?: number | undefined;
  stoppedAt?: number | undefined;
  /** The newest lines of its log, without colours: at least `maxTail` of them, if there are so many. */
  readonly tail: string[];
  /** Another Nix was building it, and ours has waited for that. */
  awaited?: boolean | undefined;
  /** Its outputs are in the store, whatever comes after: a hook that fails, say. */
  registered?: boolean | undefined;
  /** Nobody was found who takes it. */
  unplaced?: boolean | undefined;
  /** The folder in which it was built last, if Nix has kept it. */
  keptFolder?: string | undefined;
  /** Ids of the activities that build it now. With ssh-ng there are two: ours and the remote's own. */
  readonly activities: Set<string>;
}

/** One path on its way from a store to another. */
export interface FollowedTransfer {
  readonly path: string;
  readonly from: string;
  readonly to: string;
  done: number;
  expected?: number | undefined;
  state: TransferState["state"];
}

/** An activity that has not stopped, as far as it matters to us. */
export type Activity =
  | { readonly kind: "build"; readonly drvPath: string }
  | { readonly kind: "copy"; readonly transfer: FollowedTransfer }
  | { readonly kind: "waiting"; readonly drvPath: string }
  /** Of builds, or of what is fetched from caches. */
  | { readonly kind: "totals"; readonly of: "builds" | "fetches" };

/** An error message of Nix, in the order of the stream. */
export interface StreamError {
  readonly text: string;
  /** The derivation that it says failed. */
  readonly drvPath?: string | undefined;
}

/** What a build's event stream has told so far: the fold of all its events. Owned by one follower, which alone changes it. */
export interface EventState {
  readonly derivations: Map<string, FollowedDerivation>;
  readonly transfers: Map<string, FollowedTransfer>;
  readonly activities: Map<string, Activity>;
  /** Nix's own count of the derivations that it has built. Absent until it begins to build. */
  builtByNix?: number | undefined;
  /** Our count of the same. */
  built: number;
  /** Nix's own count of those that have failed, dependents included. */
  failedByNix: number;
  /** Nix's own counts of what it has fetched. Absent until it begins. */
  fetchedByNix?: { readonly done: number; readonly failed: number } | undefined;
  /** What caches were asked for: `<path> <URL>`. */
  readonly fetching: Set<string>;
  /** Fetches that have stopped, of which Nix has not told whether they are well, oldest first. */
  readonly unconfirmed: FollowedTransfer[];
  /** A folder that Nix has kept; of which derivation, the next that ends tells. */
  keptFolder?: string | undefined;
  readonly errors: StreamError[];
  /** Lines that are none of Nix's, the newest last: ssh says its reasons there. */
  readonly texts: string[];
  /** Derivations that changed since somebody last asked. */
  readonly changed: Set<string>;
}

/** More of them are not kept: a stream has no bound. */
export const maxMessages = 200;

/** How many lines of a derivation's log are kept for the explanation of its failure. */
export const maxTail = 20;

/** @param planned derivations that the dry run says will be built. */
export function emptyState(planned: readonly string[]): EventState {
  const state: EventState = {
    derivations: new Map(),
    transfers: new Map(),
    activities: new Map(),
    built: 0,
    failedByNix: 0,
    fetching: new Set(),
    unconfirmed: [],
    errors: [],
    texts: [],
    changed: new Set(),
  };
  for (const drvPath of planned) derivationIn(state, drvPath);
  return state;
}

/** A derivation of the state, planned when it was not known yet. */
export function derivationIn(state: EventState, drvPath: string): FollowedDerivation {
  const known = state.derivations.get(drvPath);
  if (known !== undefined) return known;
  const planned: FollowedDerivation = { drvPath, state: "planned", attempt: 0, tail: [], activities: new Set() };
  state.derivations.set(drvPath, planned);
  return planned;
}

/** Whether it has not begun, as far as anything has told. */
export function isToCome({ state }: Pick<FollowedDerivation, "state">): boolean {
  return state === "planned" || state === "waiting";
}

/** Appends, and forgets the oldest where there are too many: now and then, so that it costs nothing. */
export function keepNewest<T>(list: T[], item: T, limit: number): void {
  list.push(item);
  if (list.length > 2 * limit) list.splice(0, list.length - limit);
}
