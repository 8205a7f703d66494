import * as l10n from "@vscode/l10n";
import { storeName } from "../../common/storeName.ts";
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
import { notConnected } from "../hosts/hydra/problems.ts";
import type { RecordFacts } from "../record/facts.ts";
import { type EventState, emptyState, isPending } from "../stream/eventState.ts";
import { signaturesIn } from "./signatures.ts";
import { loadsOf } from "./silence.ts";
import { stampOf } from "./stamp.ts";
import { isUnsupervised, stateOf } from "./state.ts";

/** The summary of a build from its files and the state of its event stream. */
export function summaryOf(
  facts: RecordFacts,
  state: EventState = emptyState([]),
  builders: readonly Builder[],
  revision: number,
  now: number,
  more: Pick<BuildSummary, "estimate" | "silence"> & { readonly elsewhere?: Problem | undefined } = {},
): BuildSummary {
  const { request, evaluation, signatures } = facts;
  const buildState = stateOf(facts, now, state);
  return {
    id: request.id,
    uri: request.uri,
    machine: request.machine,
    attribute: request.attribute,
    batch: request.batch,
    system: evaluation?.evaluation?.system ?? facts.hydra?.build?.system,
    place: request.place,
    detached: request.detached,
    fetch: request.fetch,
    fromCache: request.fromCache,
    stored: storedOf(facts, buildState),
    revision,
    state: buildState,
    startedAt: request.startedAt,
    stoppedAt: stoppedAt(facts),
    drvPath: evaluation?.evaluation?.drvPath ?? facts.hydra?.build?.drvPath,
    outPath: facts.output ?? evaluation?.evaluation?.outPath ?? facts.hydra?.build?.outPath,
    stamp: stampOf(evaluation),
    kept: { bytes: signatures?.bytes, pinned: facts.pinned },
    progress: progressOf(state),
    transfers: transfersOf(state),
    estimate: buildState === "building" ? more.estimate : undefined,
    ...(buildState === "building" && { runningOn: loadsOf(state), silence: more.silence }),
    failure: failureOf(facts, buildState, state, builders),
    warnings: listed([...(warningsOf(facts, buildState, state) ?? []), ...(more.elsewhere ? [more.elsewhere] : [])]),
    ...signaturesIn(signatures),
    ...(request.hydra !== undefined && { hydra: onHydra(facts) }),
  };
}

/** Where the result has stayed. */
function storedOf({ stored, request }: RecordFacts, state: BuildState): BuildSummary["stored"] {
  if (request.hydra !== undefined) return state === "succeeded" ? { store: request.hydra.url } : undefined;
  return stored && { store: stored.store, problem: stored.problem };
}

function stoppedAt({ evaluation, result, abandonedAt, hydra }: RecordFacts): string | undefined {
  if (hydra !== undefined) return hydra.end?.at;
  return evaluation?.problem === undefined ? (result?.at ?? abandonedAt) : (result?.at ?? evaluation.at);
}

function onHydra({ request, hydra }: RecordFacts): BuildSummary["hydra"] {
  if (request.hydra === undefined || request.place.kind !== "hydra") return undefined;
  const { project, jobset } = request.place;
  const { url, job, build } = request.hydra;
  const isEvaluated = hydra?.phase === "evaluated" || hydra?.end !== undefined || build !== undefined;
  const phase = isEvaluated ? undefined : hydra?.phase === "evaluating" ? "evaluating" : "pending";
  return { url, project, jobset, job, phase, evaluation: hydra?.evaluation, build: hydra?.build?.id ?? build };
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
        "The build was interrupted: Nix was killed, or the machine was restarted. Build again; completed work is kept.",
      ),
    );
  if (buildState === "reconnecting") return unreachableHost(facts);
  if (buildState === "building" && isUnsupervised(facts)) return noSupervisor();
  if (buildState !== "failed") return undefined;
  if (facts.request.hydra !== undefined) return facts.hydra?.problem;
  if (evaluation?.problem !== undefined) return evaluation.problem;
  const { result = unknownEnd(facts) } = facts;
  if (result.code === 0)
    return {
      code: "no-output",
      severity: "error",
      message: l10n.t(
        "Nix reported success, but the result is missing. A full disk can cause this: free disk space and build again.",
      ),
    };
  return explainFailure({ state, result, builders, system: evaluation?.evaluation?.system, request: facts.request });
}

/** The supervisor was killed, but Nix is still running. */
function noSupervisor(): Problem {
  return {
    code: "no-supervisor",
    severity: "warning",
    message: l10n.t(
      "The process that supervises this build was killed. Nix continues to build, another supervisor takes over, and the build can still be cancelled.",
    ),
  };
}

/** The progress of a build is unknown until its host responds again. */
function unreachableHost({ request, connection, hydra }: RecordFacts): Problem {
  if (request.hydra !== undefined) return hydra?.connection ?? notConnected(request.hydra.url);
  const name = storeName(request.host ?? request.store ?? "");
  const message =
    request.host !== undefined
      ? l10n.t("{0} cannot be reached, so the progress of this build is unknown. It may be continuing there.", name)
      : l10n.t(
          "{0} cannot be reached. The build has ended there; its result is waiting to be protected or copied.",
          name,
        );
  return { code: "unreachable-host", severity: "warning", message, detail: connection?.problem?.message };
}

/** The result of a Nix whose exit code is unknown. */
function unknownEnd({ abandonedAt, request }: RecordFacts): CommandResult {
  return { code: null, signal: null, at: abandonedAt ?? request.startedAt, adopted: true };
}

/**
 * The warnings that still apply; undefined if there are none. Warnings about the course of a build end with it; the one that Morph
 * would not deploy it does not.
 */
export function warningsOf(
  { evaluation, deployment, connection, stored, request, hydra }: Warned,
  buildState: BuildState,
  { derivations }: Pick<EventState, "derivations">,
): readonly Problem[] | undefined {
  const before = finalStates.has(buildState) ? [] : (evaluation?.warnings ?? []);
  const isOpen = (drvPath: string) => {
    const derivation = derivations.get(drvPath);
    return derivation === undefined || isPending(derivation) || derivation.state === "building";
  };
  const open = before.filter(({ drvPaths }) => drvPaths === undefined || drvPaths.some(isOpen));
  const leftovers = finalStates.has(buildState) ? undefined : leftoversOf(connection, request?.store);
  const all = [
    ...open.map(({ drvPaths: _, ...problem }) => problem),
    ...[leftovers, stored?.problem, deployment?.warning].filter(warning => warning !== undefined),
    ...(hydra?.warnings ?? []),
  ];
  return listed(all);
}

function listed(problems: readonly Problem[]): readonly Problem[] | undefined {
  return problems.length === 0 ? undefined : problems;
}

/** What warnings are determined from. */
type Warned = Pick<RecordFacts, "evaluation" | "deployment" | "connection" | "stored" | "hydra"> & {
  readonly request?: RecordFacts["request"] | undefined;
};

/** Builds of this storage folder on the builder that have no record any more. */
function leftoversOf(connection: RecordFacts["connection"], store = ""): Problem | undefined {
  const left = connection?.leftovers ?? [];
  if (left.length === 0) return undefined;
  const ids = left.map(({ id }) => id);
  return {
    code: "leftovers",
    severity: "warning",
    message: l10n.t(
      "{0} has builds of this computer whose records are gone: {1}. To remove one, delete its folder in ~/.local/state/morph-language-server there.",
      storeName(store),
      ids.join(", "),
    ),
    detail: left.map(({ id, state }) => `${id} ${state}`).join("\n"),
  };
}

/** Counts derivations to build, each once: those that are planned and needed, and any others that were built. */
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
