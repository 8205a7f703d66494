import * as v from "valibot";
import { type Parsed, recordId, type Same, time } from "../../schemas/common.ts";
import type { FilledFolder, MeasuredSpace, SpaceUse } from "./space.ts";

// The content of the files of any recorded command. Another version or a damaged disk may have written anything into them.

export const processIdentity = v.object({
  // A signal to 0 or less reaches whole groups.
  pid: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  /** In clock ticks since boot (`/proc/<pid>/stat`, field 22); 0 where there is no /proc. */
  startTime: v.number(),
  bootId: v.string(),
});

/** Identifies a process uniquely: pids are reused, also after a reboot. */
export type ProcessIdentity = Parsed<typeof processIdentity>;

/** How much of a log is kept while its command is running. */
const logLimit = v.object({
  /** Maximum size of all log lines (bytes). */
  bytes: v.pipe(v.number(), v.finite()),
  /** The text that is shown where the log was cut. */
  notice: v.string(),
});

export type LogLimit = Parsed<typeof logLimit>;

const measuredSpace = v.object({ before: v.number(), least: v.number() });

/** Free disk space while the command ran. */
const space = v.object({ store: v.exactOptional(measuredSpace), build: v.exactOptional(measuredSpace) });

const filledFolder = v.object({ use: v.picklist(["store", "build"]), path: v.string() });

/** What the supervisor runs. */
export const command = v.object({
  file: v.string(),
  args: v.array(v.string()),
  cwd: v.string(),
  /** The lock to release at the end: a folder below `running/`. */
  lock: v.string(),
  /** The folders that it fills. */
  folders: v.optional(v.array(filledFolder)),
  /** When the supervisor was started (epoch ms). */
  launchedAt: v.pipe(v.number(), v.finite()),
  log: v.optional(logLimit),
});

/** The fields of a request of any kind of command. */
export const commandRequest = {
  id: recordId,
  startedAt: time,
  /** The server that starts it. */
  owner: processIdentity,
  /** Absent until the command is known. */
  command: v.optional(command),
} as const;

/** Written before the command is started, and again once it runs. */
export const supervisedProcess = v.pipe(
  v.unknown(),
  v.transform(upgradedProcess),
  v.object({
    supervisor: processIdentity,
    command: v.optional(processIdentity),
    /** Free disk space when it was started, for a supervisor that takes over. */
    space: v.optional(space),
  }),
);

export const commandResult = v.object({
  code: v.optional(v.nullable(v.number()), null),
  signal: v.optional(v.nullable(v.string()), null),
  at: time,
  space: v.optional(space),
  /** Set when the command could not be started. */
  error: v.optional(v.string()),
  /** The supervisor that had started the command was killed: the exit code is unknown, as only the parent process can read it. */
  adopted: v.optional(v.literal(true)),
});

/** The part of any request that the supervisor reads. */
export const supervisedRequest = v.pipe(v.unknown(), v.transform(upgradedRequest), v.object(commandRequest));

/** Name of a file -> its schema, for any kind of command. */
export interface CommandSchemas {
  readonly request: v.GenericSchema<unknown, CommandRequest>;
  readonly process: typeof supervisedProcess;
  readonly result: typeof commandResult;
}

/** `request.json` */
export type CommandRequest = Parsed<v.ObjectSchema<typeof commandRequest, undefined>>;
export type Command = Parsed<typeof command>;
/** `process.json` */
export type SupervisedProcess = Parsed<typeof supervisedProcess>;
/** `result.json` */
export type CommandResult = Parsed<typeof commandResult>;

/** Requests of the first version have `realisation` with `claim` instead of `command` with `lock`. */
export function upgradedRequest(request: unknown): unknown {
  if (typeof request !== "object" || request === null || !("realisation" in request)) return request;
  const { realisation, ...fields } = request;
  if (typeof realisation !== "object" || realisation === null) return fields;
  const { claim, ...call } = realisation as Readonly<Record<string, unknown>>;
  return { ...fields, command: { ...call, lock: claim } };
}

/** `process.json` of the first version has `nix` instead of `command`. */
function upgradedProcess(processes: unknown): unknown {
  if (typeof processes !== "object" || processes === null || !("nix" in processes)) return processes;
  const { nix, ...fields } = processes;
  return { ...fields, command: nix };
}

true satisfies Same<Parsed<typeof measuredSpace>, MeasuredSpace>;
true satisfies Same<Parsed<typeof filledFolder>, FilledFolder>;
true satisfies Same<keyof Parsed<typeof space>, SpaceUse>;
