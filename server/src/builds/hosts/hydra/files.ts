import * as v from "valibot";
import { absolutePath, count, integer, type Parsed, shortText, time } from "../../../schemas/common.ts";
import { problem } from "../../../schemas/protocol.ts";

// What only the records of builds on Hydra have.

/** The part of `request.json` that says what is to be followed. */
export const hydraRequest = v.object({
  /** The server's base address, without a login. */
  url: shortText,
  job: shortText,
  /** The build to follow. Absent: an evaluation of the jobset is requested, and the build of the job in it is followed. */
  build: v.optional(integer),
  /** That build is restarted first. */
  restart: v.optional(v.literal(true)),
});

/** `hydra.json`: what is known of a build on Hydra. Written by the server that follows it. */
export const hydraProgress = v.object({
  at: time,
  /** `asking`: the evaluation is about to be requested. `pending`: it was requested. `evaluated`: a build is followed. */
  phase: v.picklist(["asking", "pending", "evaluating", "evaluated"]),
  /** When Hydra had last checked the jobset before the request (epoch ms, by its clock). */
  checkedBefore: v.optional(count),
  /** When the evaluation was requested (epoch ms). */
  askedAt: v.optional(count),
  evaluation: v.optional(integer),
  build: v.optional(
    v.object({
      id: integer,
      drvPath: absolutePath,
      outPath: v.optional(absolutePath),
      system: shortText,
      startedAt: v.optional(count),
    }),
  ),
  /** The build was restarted, as requested. */
  restarted: v.optional(v.literal(true)),
  /** How often `steps.json` was written. 0: Hydra has not started the build. */
  steps: integer,
  /** How it ended. */
  end: v.optional(v.object({ state: v.picklist(["succeeded", "failed", "cancelled"]), at: time })),
  /** Why it failed. */
  problem: v.optional(problem),
  warnings: v.optional(v.array(problem)),
  /** Why Hydra does not answer. */
  connection: v.optional(problem),
});

const status = v.picklist([
  ...(["running", "succeeded", "failed", "dependency-failed", "aborted", "cancelled", "failed-with-output"] as const),
  ...(["timed-out", "log-limit", "output-limit", "not-deterministic", "unknown"] as const),
]);

/** `steps.json`: the steps of the build, in their order. */
export const hydraSteps = v.array(
  v.object({
    nr: integer,
    kind: v.picklist(["build", "substitution"]),
    /** The derivation; if Hydra names only its output, that path with `.drv`. */
    path: absolutePath,
    drvPath: v.optional(absolutePath),
    machine: v.optional(shortText),
    system: v.optional(shortText),
    state: status,
    phase: v.optional(shortText),
    /** Epoch ms, as far as it is known. */
    startedAt: v.optional(count),
    stoppedAt: v.optional(count),
    /** Another build has done it. */
    inBuild: v.optional(integer),
    hasLog: v.boolean(),
    /** The last lines of the log of a failed step. */
    tail: v.optional(v.array(v.string())),
  }),
);

export type HydraRequest = Parsed<typeof hydraRequest>;
export type HydraProgress = Parsed<typeof hydraProgress>;
export type RecordedSteps = Parsed<typeof hydraSteps>;
export type RecordedStep = RecordedSteps[number];

/** The name, in requests, of the host of builds on Hydra. */
export const hydraHostName = "hydra";
