import { t } from "@vscode/l10n";
import type { PlannedDerivation } from "../../nix/derivationGraph.ts";
import { nameOfStorePath } from "../../nix/storePath.ts";
import { errorProblem } from "../../outcome.ts";
import {
  type Builder,
  type BuildSummary,
  type DerivationState,
  finalStates,
  type Problem,
  type ProducedBuildState,
  type Progress,
  type TransferState,
  type Transfers,
} from "../../protocol.ts";
import { explainFailure } from "../failures/explain.ts";
import type { BuildResult, RecordFacts } from "../record/record.ts";
import { type EventState, emptyState, type FollowedDerivation, isToCome } from "../stream/eventState.ts";

/** A supervisor that was launched has this long to say that it lives (ms). */
const launchTime = 15_000;

/**
 * The state of a build, from its files and processes.
 *
 * @param stream what its event stream has told, where the supervisor that had started Nix was killed: its exit code is not known.
 */
export function stateOf(facts: RecordFacts, now: number, stream?: EventState): ProducedBuildState {
  const { request, evaluation, result } = facts;
  if (evaluation?.problem !== undefined) return evaluation.problem.code === "cancelled" ? "cancelled" : "failed";
  if (result !== undefined || facts.abandonedAt !== undefined) return endState(facts, stream);
  if (facts.nixAlive) return "building";
  // A supervisor records itself before it starts Nix. On a full disk it waits for that.
  if (facts.supervisorAlive) return facts.supervised === undefined ? "queued" : "building";
  if (isComing(facts, now)) return "queued";
  if (facts.cancelled && (!facts.ownerAlive || request.realisation !== undefined)) return "cancelled";
  // Where no process is left and Nix was not started, the server that has launched the supervisor launches another.
  if (facts.ownerAlive && request.realisation !== undefined && facts.launching !== false) return "lost";
  return evaluation === undefined && request.waiting !== true ? "evaluating" : "queued";
}

/** Whether a supervisor was launched that has not said yet that it lives. */
function isComing({ request, ownerAlive, supervised, launching }: RecordFacts, now: number): boolean {
  if (request.realisation === undefined) return false;
  if (launching === true) return true;
  const age = now - request.realisation.launchedAt;
  const isYoung = supervised === undefined && age >= 0 && age < launchTime;
  // Between recording the launch and launching, a server that lives needs a moment.
  return isYoung && (ownerAlive || launching === undefined);
}

/** Whether a record tells that Nix was started, whatever has become of it. */
export function hasNixStarted({ supervised, nixAlive, abandonedAt, result }: RecordFacts): boolean {
  return nixAlive || supervised?.nix !== undefined || abandonedAt !== undefined || result !== undefined;
}

/** Whether Nix runs and its supervisor does not: any server may start another supervisor, which adopts it. */
export function isUnsupervised({ result, nixAlive, supervisorAlive, launching }: Unsupervised): boolean {
  return result === undefined && nixAlive && !supervisorAlive && launching !== true;
}

type Unsupervised = Pick<RecordFacts, "result" | "nixAlive" | "supervisorAlive" | "launching">;

/**
 * Whether nobody brings a build on its way any more: the server that did has died before a supervisor ran. Any other server may
 * take it up.
 */
export function isOrphaned(facts: RecordFacts, now: number): boolean {
  const state = stateOf(facts, now);
  if (facts.ownerAlive || (state !== "evaluating" && state !== "queued")) return false;
  return !facts.supervisorAlive && !isComing(facts, now);
}

/**
 * Success needs exit code 0 and an output: on a full disk Nix ends with 0 and nothing to show for it. Where the exit code is not
 * known, an output is enough, as Nix makes the link to it last.
 */
function endState(facts: RecordFacts, stream: EventState | undefined): ProducedBuildState {
  const { result, output, cancelled, signatures } = facts;
  if (output !== undefined && (result?.code === 0 || !isExitKnown(facts)))
    return signatures === undefined ? "checking" : "succeeded";
  if (cancelled) return "cancelled";
  return isExitKnown(facts) || (stream !== undefined && tellsFailure(stream)) ? "failed" : "lost";
}

/** Whether the process that had started Nix has recorded how it ended. */
function isExitKnown({ result }: Pick<RecordFacts, "result">): boolean {
  return result !== undefined && result.adopted !== true;
}

function tellsFailure({ derivations, errors, failedByNix }: EventState): boolean {
  const isFailed = [...derivations.values()].some(({ state }) => state === "failed" || state === "dependency-failed");
  return isFailed || failedByNix > 0 || errors.some(({ isWarning }) => !isWarning);
}

/** A build's summary from its files and what its event stream has told. */
export function summaryOf(
  facts: RecordFacts,
  state: EventState = emptyState([]),
  builders: readonly Builder[],
  revision: number,
  now: number,
  estimate?: BuildSummary["estimate"],
): BuildSummary {
  const { request, evaluation, result, signatures } = facts;
  const buildState = stateOf(facts, now, state);
  const { paths: _, caches: __, bytes, ...counts } = signatures ?? { paths: [], caches: [], bytes: undefined };
  return {
    id: request.id,
    uri: request.uri,
    machine: request.machine,
    attribute: request.attribute,
    system: evaluation?.evaluation?.system,
    place: request.place,
    revision,
    state: buildState,
    startedAt: request.startedAt,
    stoppedAt: evaluation?.problem === undefined ? (result?.at ?? facts.abandonedAt) : (result?.at ?? evaluation.at),
    drvPath: evaluation?.evaluation?.drvPath,
    outPath: facts.output ?? evaluation?.evaluation?.outPath,
    kept: { bytes, pinned: facts.pinned },
    progress: progressOf(state),
    transfers: transfersOf(state),
    estimate: buildState === "building" ? estimate : undefined,
    failure: failureOf(facts, buildState, state, builders),
    warnings: warningsOf(facts, buildState, state),
    signatures: signatures === undefined || !("total" in counts) ? undefined : counts,
  };
}

function failureOf(
  facts: RecordFacts,
  buildState: ProducedBuildState,
  state: EventState,
  builders: readonly Builder[],
): Problem | undefined {
  const { evaluation } = facts;
  if (buildState === "lost")
    return errorProblem(
      "lost",
      t(
        "The build ended without a result: Nix was killed, or the machine was restarted. Build again; what is finished is kept.",
      ),
    );
  if (buildState === "building" && isUnsupervised(facts)) return noSupervisor();
  if (buildState !== "failed") return undefined;
  if (evaluation?.problem !== undefined) return evaluation.problem;
  const { result = unknownEnd(facts) } = facts;
  if (result.code === 0)
    return {
      code: "no-output",
      severity: "error",
      message: t(
        "Nix reported success, but the result is missing. A full disk can cause this: make room and build again.",
      ),
    };
  return explainFailure({ state, result, builders, system: evaluation?.evaluation?.system, request: facts.request });
}

/** The supervisor was killed while Nix goes on. */
function noSupervisor(): Problem {
  return {
    code: "no-supervisor",
    severity: "warning",
    message: t(
      "The process that supervises this build was killed. Nix goes on building, another supervisor takes over, and the build can be cancelled as before.",
    ),
  };
}

/** The result of a Nix whose exit code was not read. */
function unknownEnd({ abandonedAt, request }: RecordFacts): BuildResult {
  return { code: null, signal: null, at: abandonedAt ?? request.startedAt, adopted: true };
}

/**
 * The warnings that are still true; undefined: none. What was found about the course of a build ends with it; that Morph would not
 * deploy it does not.
 */
export function warningsOf(
  { evaluation, deployment }: Pick<RecordFacts, "evaluation" | "deployment">,
  buildState: ProducedBuildState,
  { derivations }: Pick<EventState, "derivations">,
): readonly Problem[] | undefined {
  const before = finalStates.has(buildState) ? [] : (evaluation?.warnings ?? []);
  const isOpen = (drvPath: string) => {
    const derivation = derivations.get(drvPath);
    return derivation === undefined || isToCome(derivation) || derivation.state === "building";
  };
  const open = before.filter(({ drvPaths }) => drvPaths === undefined || drvPaths.some(isOpen));
  const all = [
    ...open.map(({ drvPaths: _, ...problem }) => problem),
    ...(deployment?.warning ? [deployment.warning] : []),
  ];
  return all.length === 0 ? undefined : all;
}

/** Derivations to build, each once: what is planned and needed, and whatever else was built. */
function progressOf({ derivations }: EventState): Progress {
  const count = (...states: DerivationState["state"][]) =>
    [...derivations.values()].filter(({ state }) => states.includes(state)).length;
  return {
    done: count("built", "built-by-another", "fetched"),
    running: count("building"),
    failed: count("failed", "dependency-failed"),
    expected: derivations.size - count("not-needed"),
  };
}

function transfersOf({ transfers }: EventState): Transfers {
  const all = [...transfers.values()];
  const sum = (of: (transfer: (typeof all)[number]) => number) =>
    all.reduce((total, transfer) => total + of(transfer), 0);
  return {
    running: all.filter(({ state }) => state === "running").length,
    done: all.filter(({ state }) => state === "done").length,
    bytesDone: sum(({ done }) => done),
    bytesExpected: sum(({ done, expected }) => expected ?? done),
  };
}

/** A derivation as the protocol has it. @param emulated whether its builder emulates its system. */
export function derivationState(derivation: FollowedDerivation, emulated?: boolean): DerivationState {
  const { drvPath, attempt, state, phase, builder, startedAt, stoppedAt, tail, keptFolder } = derivation;
  return {
    drvPath,
    name: nameOfStorePath(drvPath),
    attempt,
    state,
    phase,
    builder,
    emulated: emulated === true ? true : undefined,
    startedAt: startedAt === undefined ? undefined : new Date(startedAt).toISOString(),
    stoppedAt: stoppedAt === undefined ? undefined : new Date(stoppedAt).toISOString(),
    lastLine: tail.at(-1),
    keptFolder,
  };
}

/** Derivations with what each of them waits for, by its place in the list. */
export function withDependencies(
  derivations: readonly DerivationState[],
  graph: readonly PlannedDerivation[],
): DerivationState[] {
  const places = new Map(derivations.map(({ drvPath }, place) => [drvPath, place]));
  const planned = new Map(graph.map(each => [each.drvPath, each]));
  return derivations.map(derivation => {
    const dependencies = planned.get(derivation.drvPath)?.dependencies.flatMap(index => {
      const place = places.get(graph[index]?.drvPath ?? "");
      return place === undefined ? [] : [place];
    });
    return dependencies === undefined ? derivation : { ...derivation, dependencies };
  });
}

/** The transfers as the protocol has them. */
export function transferStates({ transfers }: EventState): TransferState[] {
  return [...transfers.values()].map(({ path, from, to, done, expected, state }) => ({
    path,
    from,
    to,
    done,
    expected,
    state,
  }));
}
