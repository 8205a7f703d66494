import type { BuildState } from "../../protocol.ts";
import type { RecordFacts } from "../record/facts.ts";
import type { EventState } from "../stream/eventState.ts";

/** What a record says has happened to its build. */
export type BuildEvent =
  /** Others are being built: it waits for its turn. */
  | "waits"
  | "evaluated"
  /** It was cancelled before Nix was called to build. */
  | "withdrawn"
  /** It cannot be evaluated, or must not be built. */
  | "refused"
  /** A supervisor is on its way. */
  | "launched"
  /** Nix runs, or is about to. */
  | "started"
  /** Its host cannot say what runs. */
  | "unreachable"
  /** Nix has ended, and the output is there. */
  | "built"
  /** Nix has ended without an output. */
  | "failed"
  /** Nix was stopped, or never started, as the user asked. */
  | "stopped"
  /** No process is left, and none has said how it ended. */
  | "vanished"
  /** The signatures of the output have been checked. */
  | "checked";

type Row = Readonly<Record<BuildEvent, BuildState>>;

/** The end of a build: nothing that comes after it changes it. */
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

/** How Nix may end, from wherever it was last seen: supervisor and result may both come between two looks. */
const ends = { built: "checking", failed: "failed", stopped: "cancelled", vanished: "lost" } as const;

/** State -> event -> the next state. What cannot happen in a state changes nothing. */
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

/** The state before anything is known: every build is evaluated first. */
const initial: BuildState = "evaluating";

/**
 * The state of a build: what its record says has happened, taken through the table.
 *
 * @param now epoch milliseconds
 * @param stream what its event stream says, for a Nix whose exit code is not known as its supervisor was killed.
 */
export function stateOf(facts: RecordFacts, now: number, stream?: EventState): BuildState {
  return eventsOf(facts, now, stream).reduce<BuildState>((state, event) => transitions[state][event], initial);
}

/** What has happened to a build, in order. */
export function eventsOf(facts: RecordFacts, now: number, stream?: EventState): BuildEvent[] {
  const { request, evaluation } = facts;
  const before: BuildEvent[] = request.waiting === true ? ["waits"] : [];
  if (evaluation?.problem !== undefined)
    return [...before, evaluation.problem.code === "cancelled" ? "withdrawn" : "refused"];
  if (evaluation !== undefined) before.push("evaluated");
  return [...before, ...runOf(facts, now, stream)];
}

/** What has happened since a supervisor was to be started. */
function runOf(facts: RecordFacts, now: number, stream: EventState | undefined): BuildEvent[] {
  const { request, liveness } = facts;
  if (facts.result !== undefined || facts.abandonedAt !== undefined) return ["started", ...endOf(facts, stream)];
  if (liveness.command === "alive") return ["started"];
  // A supervisor records itself before it starts Nix. On a full disk it waits for that.
  if (liveness.supervisor === "alive") return [facts.supervised === undefined ? "launched" : "started"];
  if (isComing(facts, now)) return ["launched"];
  if (request.command !== undefined && isUnreachable(facts)) return ["unreachable"];
  if (facts.cancelled && (!facts.ownerAlive || request.command !== undefined)) return ["stopped"];
  // Where no process is left and Nix was not started, the server that has launched the supervisor launches another.
  if (facts.ownerAlive && request.command !== undefined && liveness.launching !== false) return ["vanished"];
  return [];
}

/**
 * Success needs exit code 0 and an output: on a full disk Nix ends with 0 and nothing to show for it. Where the exit code is not
 * known, an output is enough, as Nix makes the link to it last.
 */
function endOf(facts: RecordFacts, stream: EventState | undefined): BuildEvent[] {
  const { result, output, cancelled, signatures } = facts;
  const isExitKnown = result !== undefined && result.adopted !== true;
  if (output !== undefined && (result?.code === 0 || !isExitKnown))
    return signatures === undefined ? ["built"] : ["built", "checked"];
  if (cancelled) return ["stopped"];
  return isExitKnown || (stream !== undefined && showsFailure(stream)) ? ["failed"] : ["vanished"];
}

function showsFailure({ derivations, errors, failedByNix }: EventState): boolean {
  const isFailed = [...derivations.values()].some(({ state }) => state === "failed" || state === "dependency-failed");
  return isFailed || failedByNix > 0 || errors.some(({ isWarning }) => !isWarning);
}

/** A supervisor that was launched has this long to show that it lives (ms). */
const launchTime = 15_000;

/** Whether a supervisor was launched that has not shown yet that it lives. */
function isComing({ request, ownerAlive, supervised, liveness: { launching } }: RecordFacts, now: number): boolean {
  if (request.command === undefined) return false;
  if (launching === true) return true;
  const age = now - request.command.launchedAt;
  const isYoung = supervised === undefined && age >= 0 && age < launchTime;
  // Between recording the launch and launching, a server that lives needs a moment.
  return isYoung && (ownerAlive || launching === undefined);
}

function isUnreachable({ liveness: { supervisor, command } }: RecordFacts): boolean {
  return supervisor === "unknown" || command === "unknown";
}

/** Whether a record shows that Nix was started, whatever has become of it. */
export function hasNixStarted({ supervised, liveness, abandonedAt, result }: RecordFacts): boolean {
  const wasSeen = liveness.command === "alive" || supervised?.command !== undefined;
  return wasSeen || abandonedAt !== undefined || result !== undefined;
}

/** Whether Nix runs and its supervisor does not: any server may start another supervisor, which adopts it. */
export function isUnsupervised({ result, liveness }: Pick<RecordFacts, "result" | "liveness">): boolean {
  const { supervisor, command, launching } = liveness;
  return result === undefined && command === "alive" && supervisor === "dead" && launching !== true;
}

/**
 * Whether no server brings a build on its way any more: the one that did has died before a supervisor ran. Any other may take it
 * up.
 */
export function isOrphaned(facts: RecordFacts, now: number): boolean {
  const state = stateOf(facts, now);
  if (facts.ownerAlive || (state !== "evaluating" && state !== "queued")) return false;
  return facts.liveness.supervisor === "dead" && !isComing(facts, now);
}
