import { commandFiles } from "../../records/format/files.ts";

/** The files of a build's record, by who writes them: those of any recorded command, and a build's own. */
export const recordFiles = {
  ...commandFiles,
  /** The server that evaluates. */
  evaluation: "evaluation.json",
  /** The server that evaluates: what Morph would say of the network. */
  deployment: "deployment.json",
  /** The server that evaluates: what of the plan waits for what. */
  graph: "graph.json",
  /** Nix: a GC root. */
  drv: "drv",
  /** Any server: a folder with GC roots of what was built of a build that has not come to its end. */
  built: "built",
  /** Any server: what of the plan was in the store at the end, although this build had not begun it. */
  present: "present.json",
  /** Any server: caches. */
  summary: "summary.json",
  signatures: "signatures.json",
} as const;

/** A name of one of these files. */
export type RecordFile = keyof typeof recordFiles;
