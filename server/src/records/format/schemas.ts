import * as v from "valibot";
import { type Parsed, recordId, type Same, time } from "../../schemas/common.ts";
import type { FilledFolder, MeasuredSpace, SpaceUse } from "./space.ts";

// What the files of any recorded command hold: another version or a damaged disk may have written anything.

export const processIdentity = v.object({
  // A signal to 0 or less reaches whole groups.
  pid: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  /** In clock ticks since boot (`/proc/<pid>/stat`, field 22); 0 where there is no /proc. */
  startTime: v.number(),
  bootId: v.string(),
});

/** A process that no other can be taken for: pids are used again, also after a reboot. */
export type ProcessIdentity = Parsed<typeof processIdentity>;

/** How much of a log is kept while its command runs. */
const logLimit = v.object({
  /** Of log lines (bytes). */
  bytes: v.pipe(v.number(), v.finite()),
  /** What is said where the log was cut. */
  notice: v.string(),
});

export type LogLimit = Parsed<typeof logLimit>;

const measuredSpace = v.object({ before: v.number(), least: v.number() });

/** What was free while it ran. */
const space = v.object({ store: v.exactOptional(measuredSpace), build: v.exactOptional(measuredSpace) });

const filledFolder = v.object({ use: v.picklist(["store", "build"]), path: v.string() });

/** What the supervisor runs. */
export const command = v.object({
  file: v.string(),
  args: v.array(v.string()),
  cwd: v.string(),
  /** The lock to release at the end: a folder below `running/`. */
  lock: v.string(),
  /** Those that it fills. */
  folders: v.optional(v.array(filledFolder)),
  /** When the supervisor was started (epoch ms). */
  launchedAt: v.pipe(v.number(), v.finite()),
  log: v.optional(logLimit),
});

/** What the request of every kind of command says. */
export const commandRequest = {
  id: recordId,
  startedAt: time,
  /** The server that brings it on its way. */
  owner: processIdentity,
  /** Absent until it is known what is to be run. */
  command: v.optional(command),
} as const;

/** Written before the command is started, and again once it runs. */
export const supervisedProcess = v.pipe(
  v.unknown(),
  v.transform(upgradedProcess),
  v.object({
    supervisor: processIdentity,
    command: v.optional(processIdentity),
    /** What was free when it was started, for a supervisor that takes over. */
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
  /** The supervisor that had started the command was killed: how it ended is not known, as only a parent reads an exit code. */
  adopted: v.optional(v.literal(true)),
});

/** What the supervisor has to read of a request, whatever its kind. */
export const supervisedRequest = v.pipe(v.unknown(), v.transform(upgradedRequest), v.object(commandRequest));

/** Name of a file -> what is in it, for every kind of command. */
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

/** A request of the first version has `realisation` with `claim` for `command` with `lock`. */
export function upgradedRequest(request: unknown): unknown {
  if (typeof request !== "object" || request === null || !("realisation" in request)) return request;
  const { realisation, ...fields } = request;
  if (typeof realisation !== "object" || realisation === null) return fields;
  const { claim, ...call } = realisation as Readonly<Record<string, unknown>>;
  return { ...fields, command: { ...call, lock: claim } };
}

/** The processes of the first version have `nix` for `command`. */
function upgradedProcess(processes: unknown): unknown {
  if (typeof processes !== "object" || processes === null || !("nix" in processes)) return processes;
  const { nix, ...fields } = processes;
  return { ...fields, command: nix };
}

true satisfies Same<Parsed<typeof measuredSpace>, MeasuredSpace>;
true satisfies Same<Parsed<typeof filledFolder>, FilledFolder>;
true satisfies Same<keyof Parsed<typeof space>, SpaceUse>;
