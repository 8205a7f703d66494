import * as v from "valibot";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import type { BuildableEvaluation } from "../../nix/evaluation/evaluation.ts";
import type { BuildSummary } from "../../protocol.ts";
import { commandRequest, commandResult, supervisedProcess, upgradedRequest } from "../../records/format/schemas.ts";
import {
  count,
  dictionary,
  machineName,
  type Parsed,
  recordId,
  type Same,
  shortText,
  time,
} from "../../schemas/common.ts";
import { batch, evaluation, place, problem, signatureReport, signatureSummary } from "../../schemas/protocol.ts";
import { hydraProgress, hydraRequest, hydraSteps } from "../hosts/hydra/files.ts";
import { connection, stored } from "../hosts/ssh/files.ts";

// The content of each file of a record. Another version or a damaged disk may have written anything into them.

const buildableEvaluation = v.object({
  ...evaluation.entries,
  /** The network's `nixConfig`. It may contain secrets, so it is not sent to clients. */
  nixConfig: v.optional(dictionary(v.string())),
  /** A stamp of all text of the network before the evaluation. */
  revision: v.optional(v.string()),
});

/** A batch that this version does not understand is left out: its build is shown alone. */
const readableBatch = v.fallback(v.optional(batch), undefined);

const storedSummary = v.object({ store: v.string(), problem: v.optional(problem) });

const summary = v.object({
  id: recordId,
  uri: v.string(),
  machine: v.string(),
  attribute: v.optional(v.string()),
  batch: readableBatch,
  system: v.optional(v.string()),
  place,
  detached: v.optional(v.literal(true)),
  fetch: v.optional(v.literal(true)),
  fromCache: v.optional(v.literal(true)),
  stored: v.optional(storedSummary),
  revision: count,
  state: v.picklist(["evaluating", "queued", "building", "checking", "succeeded", "failed", "cancelled", "lost"]),
  startedAt: time,
  stoppedAt: v.optional(time),
  drvPath: v.optional(v.string()),
  outPath: v.optional(v.string()),
  stamp: v.optional(v.string()),
  outdated: v.optional(v.literal(true)),
  kept: v.object({ bytes: v.optional(count), pinned: v.optional(v.boolean()) }),
  progress: v.object({ done: count, running: count, failed: count, expected: count }),
  transfers: v.object({
    running: count,
    done: count,
    bytesDone: count,
    bytesExpected: count,
    rate: v.optional(count),
  }),
  estimate: v.optional(v.object({ remaining: count, basis: count })),
  runningOn: v.optional(v.array(v.object({ builder: v.string(), running: count }))),
  silence: v.optional(
    v.object({
      builder: v.string(),
      since: time,
      reason: v.picklist(["waiting", "building"]),
      connected: v.optional(v.literal(true)),
    }),
  ),
  failure: v.optional(problem),
  warnings: v.optional(v.array(problem)),
  signatures: v.optional(signatureSummary),
  signatureCheck: v.optional(
    v.object({
      at: v.optional(time),
      problems: v.optional(v.array(v.object({ cache: v.string(), code: v.string() }))),
    }),
  ),
  hydra: v.optional(
    v.object({
      url: v.string(),
      project: v.string(),
      jobset: v.string(),
      job: v.optional(v.string()),
      phase: v.optional(v.picklist(["pending", "evaluating"])),
      evaluation: v.optional(count),
      build: v.optional(count),
    }),
  ),
});

/** Name of a file of a record (`recordFiles`) -> its schema. */
export const recordSchemas = {
  request: v.pipe(
    v.unknown(),
    v.transform(upgradedRequest),
    v.object({
      ...commandRequest,
      uri: v.string(),
      machine: v.string(),
      attribute: v.optional(v.string()),
      /** The builds that were started together with it. */
      batch: readableBatch,
      place,
      keepFailed: v.optional(v.literal(true)),
      regardless: v.optional(v.literal(true)),
      /** The names, never the values, of the environment variables of Nix. */
      environment: v.optional(v.array(v.string()), []),
      /** It is queued, because the maximum number of builds is running. */
      waiting: v.optional(v.literal(true)),
      /** It runs under a supervisor on its builder (place `store`). */
      detached: v.optional(v.literal(true)),
      /** The result of a build in a builder's store is copied here at the end. */
      fetch: v.optional(v.literal(true)),
      /** Its result is fetched from the binary caches, and nothing is built. */
      fromCache: v.optional(v.literal(true)),
      /** Where its supervisor runs; absent: on this machine. */
      host: v.optional(shortText),
      /** The address of the store in which it is built, with the settings that Nix needs to reach it; absent: this machine's. */
      store: v.optional(shortText),
      /** What is followed on Hydra (place `hydra`). */
      hydra: v.optional(hydraRequest),
    }),
  ),
  evaluation: v.object({
    at: time,
    evaluation: v.optional(buildableEvaluation),
    problem: v.optional(problem),
    /** The same as that of the evaluation, if that failed. */
    revision: v.optional(v.string()),
    /** Problems that did not prevent the build from starting. `drvPaths`: it applies until all of them are built. */
    warnings: v.optional(v.array(v.object({ ...problem.entries, drvPaths: v.optional(v.array(v.string())) }))),
  }),
  deployment: v.object({
    at: time,
    /** Morph's `info.deployment`, with only the build's own host. */
    info: v.object({ hosts: v.array(v.looseObject({ name: v.string() })), meta: v.unknown() }),
    /** Why Morph would not deploy it. */
    warning: v.optional(problem),
  }),
  graph: v.array(
    v.object({
      drvPath: v.string(),
      system: v.string(),
      requiredFeatures: v.array(v.string()),
      prefersLocal: v.optional(v.literal(true)),
      expectedOn: v.optional(v.string()),
      dependencies: v.array(count),
      outputs: v.optional(v.array(v.string())),
    }),
  ),
  /** Store paths. */
  present: v.array(v.string()),
  process: supervisedProcess,
  result: commandResult,
  summary,
  signatures: signatureReport,
  connection,
  stored,
  hydra: hydraProgress,
  steps: hydraSteps,
} as const;

export type RecordSchemas = typeof recordSchemas;

/** The content of a file of a record. */
export type RecordContent<Name extends keyof RecordSchemas> = Parsed<RecordSchemas[Name]>;

/** The valid parts of a damaged request or summary. */
export const readableParts = v.object({
  machine: v.fallback(v.optional(machineName), undefined),
  uri: v.fallback(v.optional(v.pipe(v.string(), v.check(URL.canParse))), undefined),
  attribute: v.fallback(v.optional(shortText), undefined),
  batch: readableBatch,
  place: v.fallback(v.optional(place), undefined),
  startedAt: v.fallback(v.optional(time), undefined),
});

true satisfies Same<Parsed<typeof buildableEvaluation>, BuildableEvaluation>;
true satisfies Same<RecordContent<"graph">, readonly PlannedDerivation[]>;
true satisfies Same<keyof RecordContent<"summary">, keyof BuildSummary>;
summary satisfies v.GenericSchema<unknown, BuildSummary>;
