import path from "node:path";
import { nameOfStorePath } from "../../common/storePath.ts";
import type { BuilderId, DerivationState, TransferState } from "../../protocol.ts";

/** The state of a derivation while its events are processed. Times are epoch milliseconds. */
export interface FollowedDerivation {
  readonly drvPath: string;
  state: DerivationState["state"];
  attempt: number;
  phase?: string | undefined;
  builder?: string | undefined;
  startedAt?: number | undefined;
  stoppedAt?: number | undefined;
  /** Since when it has been waiting for a builder or a lock, if it has not been started since. */
  waitsSince?: number | undefined;
  /** The newest lines of its log, without colours, each cut at `maxLine`: at least the last `maxTail`. */
  readonly tail: string[];
  /** The newest lines of its whole log that may indicate an external cause (`clues.ts`). */
  readonly clues: string[];
  /** The system it is built for, if known. */
  system?: string | undefined;
  /** Our Nix waited for another one that was building it. */
  awaited?: boolean | undefined;
  /** Its outputs are in the store, regardless of later failures, for example of a hook. */
  registered?: boolean | undefined;
  /** No builder accepted it. */
  unplaced?: boolean | undefined;
  /** The build directory of its last attempt, if Nix kept it. */
  keptFolder?: string | undefined;
  /** Ids of the activities that are building it. With ssh-ng there are two: ours and the remote's. */
  readonly activities: Set<string>;
}

/** The transfer of a path from one store to another. */
export interface FollowedTransfer {
  readonly path: string;
  readonly from: string;
  readonly to: string;
  done: number;
  expected?: number | undefined;
  state: TransferState["state"];
}

/** An activity that has not stopped, if it is of a kind that we follow. */
export type Activity =
  | { readonly kind: "build"; readonly drvPath: string }
  | { readonly kind: "copy"; readonly transfer: FollowedTransfer }
  | { readonly kind: "waiting"; readonly drvPath: string }
  /**
   * Our Nix connects to a builder or waits until another of our Nix processes has sent it inputs, or the builder's Nix waits for
   * another one there. `at`: epoch ms.
   */
  | { readonly kind: "reaching"; readonly builder: BuilderId; readonly at: number }
  /** Counts builds, or downloads from caches. */
  | { readonly kind: "totals"; readonly of: "builds" | "fetches" };

/** An error or a warning, in the order of the stream. */
export interface StreamError {
  /** The actual message: without `error:`, the surrounding trace and repeated log lines of a derivation. */
  readonly text: string;
  /** The whole message without those log lines. */
  readonly shown: string;
  /** The derivation that failed, according to the message. */
  readonly drvPath?: string | undefined;
  /** Raised by the Nix that we started; otherwise it was passed on, possibly from a derivation's log. */
  readonly isOwn: boolean;
  readonly isWarning: boolean;
}

/** The state after all events of a build's stream so far. It is owned by one follower, and only that changes it. */
export interface EventState {
  /** The builder that runs what Nix builds without naming a machine; absent: this machine. */
  readonly home?: BuilderId | undefined;
  readonly derivations: Map<string, FollowedDerivation>;
  readonly transfers: Map<string, FollowedTransfer>;
  readonly activities: Map<string, Activity>;
  /** The derivations by file name, without the store directory. */
  readonly byFile: Map<string, FollowedDerivation>;
  /** The first derivations of each package name: `hello-2.12.1`. */
  readonly byName: Map<string, FollowedDerivation[]>;
  /** Number of derivations that are `failed` or `dependency-failed`. */
  failed: number;
  /** Nix's own count of built derivations. Absent until it starts building. */
  builtByNix?: number | undefined;
  /** Our count of the same. */
  built: number;
  /** Nix's own count of failed derivations, including dependents. */
  failedByNix: number;
  /** Nix's own counts of downloads. Absent until it starts downloading. */
  fetchedByNix?: { readonly done: number; readonly failed: number } | undefined;
  /** Requests to caches: `<path> <URL>`. */
  readonly fetching: Set<string>;
  /** Downloads that have stopped but that Nix has not yet counted as successful or failed, oldest first. */
  readonly unconfirmed: FollowedTransfer[];
  /** A build directory that Nix kept; it belongs to the next derivation that ends. */
  keptFolder?: string | undefined;
  readonly errors: StreamError[];
  /** Lines that are not from Nix, newest last: for example the error output of ssh. */
  readonly texts: string[];
  /** Remote builder -> the offset in the stream after the last event that shows that it is alive (`signsOfLife.ts`). */
  readonly heard: Map<BuilderId, number>;
  /** Derivations that changed since the last publication. */
  readonly changed: Set<string>;
}

/** Maximum number of messages, of lines outside the protocol and of unconfirmed downloads that are kept. */
export const maxMessages = 200;

/** Maximum number of derivations, transfers, requests to caches and open activities; further ones are ignored. */
export const maxFollowed = 100_000;

/** Maximum length of a message that is kept (characters). */
export const maxText = 64 * 1024;

/** Maximum length of a log line that is kept (characters). */
export const maxLine = 2000;

/** Longer paths or addresses are invalid (bytes; Linux, PATH_MAX). */
export const maxPath = 4096;

/** Maximum number of derivations that are indexed per package name. */
const maxNamesakes = 100;

/** Number of log lines per derivation that are kept to explain a failure. */
export const maxTail = 20;

/**
 * @param planned derivations that will be built according to the dry run.
 * @param home the builder that runs what Nix builds without naming a machine; undefined: this machine.
 */
export function emptyState(planned: readonly string[], home?: BuilderId): EventState {
  const state: EventState = {
    home,
    derivations: new Map(),
    transfers: new Map(),
    activities: new Map(),
    byFile: new Map(),
    byName: new Map(),
    failed: 0,
    built: 0,
    failedByNix: 0,
    fetching: new Set(),
    unconfirmed: [],
    errors: [],
    texts: [],
    heard: new Map(),
    changed: new Set(),
  };
  for (const drvPath of planned) derivationIn(state, drvPath);
  return state;
}

/** A derivation of the state, added as `planned` if it is new; undefined when there are too many. */
export function derivationIn(state: EventState, drvPath: string): FollowedDerivation | undefined {
  const { derivations, byFile, byName } = state;
  const known = derivations.get(drvPath);
  if (known !== undefined) return known;
  if (derivations.size >= maxFollowed || drvPath.length > maxPath) return undefined;
  const planned: FollowedDerivation = {
    drvPath,
    state: "planned",
    attempt: 0,
    tail: [],
    clues: [],
    activities: new Set(),
  };
  derivations.set(drvPath, planned);
  byFile.set(path.posix.basename(drvPath), planned);
  const name = nameOfStorePath(drvPath);
  const namesakes = byName.get(name);
  if (namesakes === undefined) byName.set(name, [planned]);
  else if (namesakes.length < maxNamesakes) namesakes.push(planned);
  return planned;
}

/** Whether it has not started, as far as the events show. */
export function isPending({ state }: Pick<FollowedDerivation, "state">): boolean {
  return state === "planned" || state === "waiting";
}

/** Changes a derivation and marks it as changed. */
export function change(state: EventState, derivation: FollowedDerivation, to: Partial<FollowedDerivation>): void {
  const before = hasFailed(derivation);
  Object.assign(derivation, to);
  state.failed += Number(hasFailed(derivation)) - Number(before);
  state.changed.add(derivation.drvPath);
}

function hasFailed({ state }: FollowedDerivation): boolean {
  return state === "failed" || state === "dependency-failed";
}

/** Appends, and drops the oldest items once there are twice as many as allowed, which is cheap on average. */
export function keepNewest<T>(list: T[], item: T, limit: number): void {
  list.push(item);
  if (list.length > 2 * limit) list.splice(0, list.length - limit);
}

/** Truncates a text that is too long. It is copied, because a substring would keep the whole string in memory. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return Buffer.from(`${text.slice(0, limit)}…`, "utf16le").toString("utf16le");
}

/** A count from Nix; undefined for anything that is not a count. */
export function countIn(field: unknown): number | undefined {
  return typeof field === "number" && Number.isSafeInteger(field) && field >= 0 ? field : undefined;
}
