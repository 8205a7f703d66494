import { commandFiles } from "../../records/format/files.ts";

/** The files of a build's record and their writers: those of any recorded command, and those specific to builds. */
export const recordFiles = {
  ...commandFiles,
  /** Written by the server that evaluates. */
  evaluation: "evaluation.json",
  /** Written by the server that evaluates: what Morph would say about the network. */
  deployment: "deployment.json",
  /** Written by the server that evaluates: the dependency graph of the plan. */
  graph: "graph.json",
  /** Written by Nix: a GC root. */
  drv: "drv",
  /** Written by any server: a folder with GC roots of what an unfinished build has built. */
  built: "built",
  /** Written by any server: derivations that this build did not start but whose outputs were in the store at the end. */
  present: "present.json",
  /** Written by the server that follows a build on its builder. */
  connection: "connection.json",
  /** Written by any server: the result that stays in a builder's store. */
  stored: "stored.json",
  /** Written by the server that follows a build on Hydra: what is known of it, and its steps. */
  hydra: "hydra.json",
  steps: "steps.json",
  /** Written by any server: a folder with logs of those steps. */
  logs: "logs",
  /** Written by any server: caches of what follows from other files. */
  summary: "summary.json",
  signatures: "signatures.json",
} as const;

/** The name of one of these files. */
export type RecordFile = keyof typeof recordFiles;
