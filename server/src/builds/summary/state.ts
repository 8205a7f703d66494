import type { BuildState } from "../../protocol.ts";
import type { RecordFacts } from "../record/facts.ts";
import type { EventState } from "../stream/eventState.ts";

/** An event in the life of a build, derived from its record. */
export type BuildEvent =
  /** It is queued, because the maximum number of builds is running. */
  | "waits"
  | "evaluated"
  /** It was cancelled before Nix was started. */
  | "withdrawn"
  /** Its evaluation failed, or a check before the build rejected it. */
  | "refused"
  /** A supervisor is being started. */
  | "launched"
  /** Nix runs, or is about to. */
  | "started"
  /** Its host cannot be asked which processes are running. */
  | "unreachable"
  /** Nix has ended, and the output exists. */
  | "built"
  /** Nix has ended without an output. */
  | "failed"
  /** Nix was stopped, or never started, as the user asked. */
  | "stopped"
  /** No process is left, and none has recorded how it ended. */
  | "vanished"
  /** The signatures of the output have been checked. */
  | "checked";

type Row = Readonly<Record<BuildEvent, BuildState>>;

/** A final state: no later event changes it. */
function final(state: BuildState): Row {
  return {
    waits: state,
    evaluated: state,
    withdrawn: state,
    refused: state,
    launched: state,
    started: state,
    unreachable: state,
    built: state,
    failed: state,
    stopped: state,
    vanished: state,
    checked: state,
  };
}

/** The ways for Nix to end, from any earlier state: a supervisor may start and finish between two polls. */
const ends = { built: "checking", failed: "failed", stopped: "cancelled", vanished: "lost" } as const;

/** State -> event -> next state. Events that cannot happen in a state change nothing. */
export const transitions: Readonly<Record<BuildState, Row>> = {
  evaluating: {
    ...ends,
    waits: "queued",
    evaluated: "queued",
    withdrawn: "cancelled",
    refused: "failed",
    launched: "queued",
    started: "building",
    unreachable: "reconnecting",
    checked: "evaluating",
  },
  queued: {
    ...ends,
    waits: "queued",
    evaluated: "queued",
    withdrawn: "cancelled",
    refused: "failed",
    launched: "queued",
    started: "building",
    unreachable: "reconnecting",
    checked: "queued",
  },
  building: {
    ...ends,
    waits: "building",
    evaluated: "building",
    withdrawn: "building",
    refused: "building",
    launched: "building",
    started: "building",
    unreachable: "reconnecting",
    checked: "building",
  },
  reconnecting: {
    ...ends,
    waits: "reconnecting",
    evaluated: "reconnecting",
    withdrawn: "reconnecting",
    refused: "reconnecting",
    launched: "queued",
    started: "building",
    unreachable: "reconnecting",
    checked: "reconnecting",
  },
  checking: { ...final("checking"), checked: "succeeded" },
  succeeded: final("succeeded"),
  failed: final("failed"),
  cancelled: final("cancelled"),
  lost: final("lost"),
};

/** The initial state: every build is evaluated first. */
const initial: BuildState = "evaluating";

/**
 * The state of a build: applies the events from its record to the transition table.
 *
 * @param now epoch milliseconds
 * @param stream the state of its event stream, used if the exit code is unknown because the supervisor was killed.
 */
export function stateOf(facts: RecordFacts, now: number, stream?: EventState): BuildState {
  return eventsOf(facts, now, stream).reduce<BuildState>((state, event) => transitions[state][event], initial);
}

/** The events of a build, in order. */
function eventsOf(facts: RecordFacts, now: number, stream?: EventState): BuildEvent[] {
  const { request, evaluation } = facts;
  if (request.place.kind === "hydra") return onHydra(facts);
  const before: BuildEvent[] = request.waiting === true ? ["waits"] : [];
  if (evaluation?.problem !== undefined)
    return [...before, evaluation.problem.code === "cancelled" ? "withdrawn" : "refused"];
  if (evaluation !== undefined) before.push("evaluated");
  return [...before, ...runOf(facts, now, stream)];
}

/** The events of a build on Hydra. Its result is not here, so there is nothing to check. */
function onHydra({ hydra, liveness }: RecordFacts): BuildEvent[] {
  const isStarted = hydra !== undefined && (hydra.steps > 0 || hydra.build?.startedAt !== undefined);
  const before: BuildEvent[] = [...evaluatedOn(hydra), ...(isStarted ? (["started"] as const) : [])];
  switch (hydra?.end?.state) {
    case "succeeded":
      return [...before, "built", "checked"];
    case "failed":
      return [...before, "failed"];
    case "cancelled":
      return [...before, "stopped"];
    case undefined:
      return isUnreachable({ liveness }) || hydra?.connection !== undefined ? [...before, "unreachable"] : before;
  }
}

function evaluatedOn(hydra: RecordFacts["hydra"]): readonly BuildEvent[] {
  return hydra?.build === undefined ? [] : ["evaluated"];
}

/** The events since the launch of the supervisor. */
function runOf(facts: RecordFacts, now: number, stream: EventState | undefined): BuildEvent[] {
  const { request, liveness } = facts;
  if (needsKeeping(facts)) return [facts.connection?.problem === undefined ? "started" : "unreachable"];
  if (facts.result !== undefined || facts.abandonedAt !== undefined) return ["started", ...endOf(facts, stream)];
  if (liveness.command === "alive") return ["started"];
  // A supervisor records itself before it starts Nix, and waits for that while the disk is full.
  if (liveness.supervisor === "alive")
    return [facts.supervised === undefined && !runs(stream) ? "launched" : "started"];
  if (isStarting(facts, now)) return [runs(stream) ? "started" : "launched"];
  if (request.command !== undefined && isUnreachable(facts)) return ["unreachable"];
  if (facts.cancelled && (!facts.ownerAlive || request.command !== undefined)) return ["stopped"];
  // If no process is left and Nix was not started, the server that launched the supervisor launches another.
  if (facts.ownerAlive && request.command !== undefined && liveness.launching !== false) return ["vanished"];
  return [];
}

/** Whether Nix is doing something: its stream may be read a moment before the file that says that it was started. */
function runs(stream: EventState | undefined): boolean {
  return stream !== undefined && stream.activities.size > 0;
}

/**
 * Success requires exit code 0 and an output: on a full disk, Nix can exit with 0 without creating one. If the exit code is
 * unknown, an output is sufficient, because Nix creates the link to it last.
 */
function endOf(facts: RecordFacts, stream: EventState | undefined): BuildEvent[] {
  const { result, output, cancelled, signatures } = facts;
  const isExitKnown = result !== undefined && result.adopted !== true;
  if (output !== undefined && (result?.code === 0 || !isExitKnown))
    return signatures === undefined ? ["built"] : ["built", "checked"];
  if (cancelled) return ["stopped"];
  return isExitKnown || (stream !== undefined && showsFailure(stream)) ? ["failed"] : ["vanished"];
}

/** Whether Nix has built it in a builder's store, and the result has not been protected there or copied here yet. */
export function needsKeeping({ request, result, output, evaluation }: RecordFacts): boolean {
  const isElsewhere = request.store !== undefined && request.host === undefined;
  return isElsewhere && result?.code === 0 && output === undefined && evaluation?.problem === undefined;
}

function showsFailure({ derivations, errors, failedByNix }: EventState): boolean {
  const isFailed = [...derivations.values()].some(({ state }) => state === "failed" || state === "dependency-failed");
  return isFailed || failedByNix > 0 || errors.some(({ isWarning }) => !isWarning);
}

/** How long a launched supervisor may take to show that it is alive (ms). */
const launchTime = 15_000;

/** Whether a supervisor was launched that has not yet shown that it is alive. */
function isStarting({ request, ownerAlive, supervised, liveness: { launching } }: RecordFacts, now: number): boolean {
  if (request.command === undefined) return false;
  if (launching === true) return true;
  const age = now - request.command.launchedAt;
  const isYoung = supervised === undefined && age >= 0 && age < launchTime;
  // A live server needs a moment between recording the launch and launching.
  return isYoung && (ownerAlive || launching === undefined);
}

function isUnreachable({ liveness: { supervisor, command } }: Pick<RecordFacts, "liveness">): boolean {
  return supervisor === "unknown" || command === "unknown";
}

/** Whether a record shows that Nix was started, regardless of how it ended. */
export function hasNixStarted({ supervised, liveness, abandonedAt, result }: RecordFacts): boolean {
  const wasSeen = liveness.command === "alive" || supervised?.command !== undefined;
  return wasSeen || abandonedAt !== undefined || result !== undefined;
}

/** Whether Nix is running without a supervisor: any server may then start one that adopts it. */
export function isUnsupervised({ result, liveness }: Pick<RecordFacts, "result" | "liveness">): boolean {
  const { supervisor, command, launching } = liveness;
  return result === undefined && command === "alive" && supervisor === "dead" && launching !== true;
}

/**
 * Whether a build is orphaned: the server that was starting it died before a supervisor ran. Any other server may resume it.
 */
export function isOrphaned(facts: RecordFacts, now: number): boolean {
  const state = stateOf(facts, now);
  if (facts.request.place.kind === "hydra") return false;
  if (facts.ownerAlive || (state !== "evaluating" && state !== "queued")) return false;
  return facts.liveness.supervisor === "dead" && !isStarting(facts, now);
}
