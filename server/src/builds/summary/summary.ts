import * as l10n from "@vscode/l10n";
import { errorProblem } from "../../outcome.ts";
import {
  type Builder,
  type BuildState,
  type BuildSummary,
  type DerivationState,
  finalStates,
  type Problem,
  type Progress,
  type Transfers,
} from "../../protocol.ts";
import type { CommandResult } from "../../records/format/schemas.ts";
import { explainFailure } from "../failures/explain.ts";
import type { RecordFacts } from "../record/facts.ts";
import { type EventState, emptyState, isToCome } from "../stream/eventState.ts";
import { isUnsupervised, stateOf } from "./state.ts";

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
  buildState: BuildState,
  state: EventState,
  builders: readonly Builder[],
): Problem | undefined {
  const { evaluation } = facts;
  if (buildState === "lost")
    return errorProblem(
      "lost",
      l10n.t(
        "The build ended without a result: Nix was killed, or the machine was restarted. Build again; what is finished is kept.",
      ),
    );
  if (buildState === "reconnecting") return unreachableHost(facts.request.host ?? "");
  if (buildState === "building" && isUnsupervised(facts)) return noSupervisor();
  if (buildState !== "failed") return undefined;
  if (evaluation?.problem !== undefined) return evaluation.problem;
  const { result = unknownEnd(facts) } = facts;
  if (result.code === 0)
    return {
      code: "no-output",
      severity: "error",
      message: l10n.t(
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
    message: l10n.t(
      "The process that supervises this build was killed. Nix goes on building, another supervisor takes over, and the build can be cancelled as before.",
    ),
  };
}

/** Nothing is known of a build until its host answers again. */
function unreachableHost(host: string): Problem {
  return {
    code: "unreachable-host",
    severity: "warning",
    message: l10n.t("{0} cannot be reached, so it is not known how this build goes. It may go on there.", host),
  };
}

/** The result of a Nix whose exit code was not read. */
function unknownEnd({ abandonedAt, request }: RecordFacts): CommandResult {
  return { code: null, signal: null, at: abandonedAt ?? request.startedAt, adopted: true };
}

/**
 * The warnings that are still true; undefined: none. What was found about the course of a build ends with it; that Morph would not
 * deploy it does not.
 */
export function warningsOf(
  { evaluation, deployment }: Pick<RecordFacts, "evaluation" | "deployment">,
  buildState: BuildState,
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
