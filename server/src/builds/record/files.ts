/** The files of a build's record, by who writes them. `events` and `clock` grow; every other one is replaced whole. */
export const recordFiles = {
  /** Whoever starts the build. */
  request: "request.json",
  /** The server that evaluates. */
  evaluation: "evaluation.json",
  /** The server that evaluates: what Morph would say of the network. */
  deployment: "deployment.json",
  /** The server that evaluates: what of the plan waits for what. */
  graph: "graph.json",
  /** The supervisor. */
  process: "process.json",
  /** Nix: the event stream. */
  events: "events",
  /** The supervisor: `<epoch ms> <size of events>` lines. */
  clock: "clock",
  /** Any server: the event stream of a build that has ended, compressed (`archive.ts`). */
  archive: "events.gz",
  /** The supervisor. */
  result: "result.json",
  /** The supervisor: its claim (`claim.ts`), by which one of them at most serves a record. */
  lock: "supervisor",
  /** Anyone: its existence asks to stop. */
  cancel: "cancel",
  /** Anyone: its existence keeps the record when others are pruned. */
  keep: "keep",
  /** Nix: GC roots. */
  drv: "drv",
  output: "result",
  /** Any server: a folder with GC roots of what was built of a build that has not come to its end. */
  built: "built",
  /** Any server: what of the plan was in the store at the end, although this build had not begun it. */
  present: "present.json",
  /** Any server: caches. */
  summary: "summary.json",
  signatures: "signatures.json",
} as const;
