/** The files of any recorded command and their writers. `events` and `clock` grow; all others are replaced as a whole. */
export const commandFiles = {
  /** Written by the server that starts the command. */
  request: "request.json",
  /** Written by the supervisor. */
  process: "process.json",
  /** Written by the command: the event stream, or anything else it writes to standard error. */
  events: "events",
  /** Written by the supervisor: `<epoch ms> <size of events>` lines. */
  clock: "clock",
  /** Written by any server: the event stream of a finished command, compressed (`archive.ts`). */
  archive: "events.gz",
  /** Written by the supervisor. */
  result: "result.json",
  /** Written by the supervisor: its lock (`lock.ts`), so that at most one supervisor serves a record. */
  lock: "supervisor",
  /** Written by any server: its existence requests cancellation. */
  cancel: "cancel",
  /** Written by any server: its existence pins the record, which exempts it from pruning. */
  keep: "keep",
  /** Written by the command: its output. The path is among its arguments, which identify its process (`processes.ts`). */
  output: "result",
} as const;

/** The name of one of these files. */
export type CommandFile = keyof typeof commandFiles;
