/** The files of any recorded command, by who writes them. `events` and `clock` grow; every other one is replaced whole. */
export const commandFiles = {
  /** Whoever starts the command. */
  request: "request.json",
  /** The supervisor. */
  process: "process.json",
  /** The command: the event stream, or whatever else it writes to standard error. */
  events: "events",
  /** The supervisor: `<epoch ms> <size of events>` lines. */
  clock: "clock",
  /** Any server: the event stream of a command that has ended, compressed (`archive.ts`). */
  archive: "events.gz",
  /** The supervisor. */
  result: "result.json",
  /** The supervisor: its lock (`lock.ts`), so that at most one of them serves a record. */
  lock: "supervisor",
  /** Anyone: its existence asks to stop. */
  cancel: "cancel",
  /** Anyone: its existence keeps the record when others are pruned. */
  keep: "keep",
  /** The command: what it makes. The path is one of its arguments, by which its process is found (`processes.ts`). */
  output: "result",
} as const;

/** A name of one of these files. */
export type CommandFile = keyof typeof commandFiles;
