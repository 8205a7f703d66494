import path from "node:path";
import { nameOfStorePath } from "../../common/storePath.ts";
import type { DerivationState, TransferState } from "../../protocol.ts";

/** A derivation while its events come in. Times are epoch milliseconds. */
export interface FollowedDerivation {
  readonly drvPath: string;
  state: DerivationState["state"];
  attempt: number;
  phase?: string | undefined;
  builder?: string | undefined;
  startedAt?: number | undefined;
  stoppedAt?: number | undefined;
  /** The newest lines of its log, without colours, each cut at `maxLine`: at least the last `maxTail`. */
  readonly tail: string[];
  /** The newest of its lines, of the whole log, that may tell of a cause which is not its own (`clues.ts`). */
  readonly clues: string[];
  /** What it is built for, if that is known. */
  system?: string | undefined;
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

/** An error or a warning, in the order of the stream. */
export interface StreamError {
  /** What it says in the end: without `error:`, the trace around it and the lines of a derivation's log that it repeats. */
  readonly text: string;
  /** All that it says but those lines. */
  readonly shown: string;
  /** The derivation that it says failed. */
  readonly drvPath?: string | undefined;
  /** The Nix that we have started has raised it itself; what is not so was passed on, perhaps from a derivation's log. */
  readonly isOwn: boolean;
  readonly isWarning: boolean;
}

/** What a build's event stream has told so far: the fold of all its events. Owned by one follower, which alone changes it. */
export interface EventState {
  readonly derivations: Map<string, FollowedDerivation>;
  readonly transfers: Map<string, FollowedTransfer>;
  readonly activities: Map<string, Activity>;
  /** The derivations by the names of their files, without the store. */
  readonly byFile: Map<string, FollowedDerivation>;
  /** The first derivations of each package name: `hello-2.12.1`. */
  readonly byName: Map<string, FollowedDerivation[]>;
  /** How many derivations are `failed` or `dependency-failed`. */
  failed: number;
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

/** At most so many messages, lines outside of the protocol and unconfirmed fetches are kept. */
export const maxMessages = 200;

/** At most so many derivations, transfers, questions to caches and open activities are followed; further ones are ignored. */
export const maxFollowed = 100_000;

/** Characters that are kept of a message. */
export const maxText = 64 * 1024;

/** Characters that are kept of a log line. */
export const maxLine = 2000;

/** A longer path or address is none (bytes; Linux, PATH_MAX). */
export const maxPath = 4096;

/** At most so many derivations are told apart by one package name. */
const maxNamesakes = 100;

/** How many lines of a derivation's log are kept for the explanation of its failure. */
export const maxTail = 20;

/** @param planned derivations that the dry run says will be built. */
export function emptyState(planned: readonly string[]): EventState {
  const state: EventState = {
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
    changed: new Set(),
  };
  for (const drvPath of planned) derivationIn(state, drvPath);
  return state;
}

/** A derivation of the state, planned when it was not known yet; undefined when there are too many. */
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

/** Whether it has not begun, as far as anything has told. */
export function isToCome({ state }: Pick<FollowedDerivation, "state">): boolean {
  return state === "planned" || state === "waiting";
}

/** Changes a derivation and notes that it has changed. */
export function change(state: EventState, derivation: FollowedDerivation, to: Partial<FollowedDerivation>): void {
  const before = hasFailed(derivation);
  Object.assign(derivation, to);
  state.failed += Number(hasFailed(derivation)) - Number(before);
  state.changed.add(derivation.drvPath);
}

function hasFailed({ state }: FollowedDerivation): boolean {
  return state === "failed" || state === "dependency-failed";
}

/** Appends, and forgets the oldest where there are too many: now and then, so that it costs nothing. */
export function keepNewest<T>(list: T[], item: T, limit: number): void {
  list.push(item);
  if (list.length > 2 * limit) list.splice(0, list.length - limit);
}

/** The beginning of a text that is too long: a copy, as a part of a string keeps all of it in memory. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return Buffer.from(`${text.slice(0, limit)}…`, "utf16le").toString("utf16le");
}

/** A count as Nix sends it; undefined for anything that counts nothing. */
export function countIn(field: unknown): number | undefined {
  return typeof field === "number" && Number.isSafeInteger(field) && field >= 0 ? field : undefined;
}
