import { lstat } from "node:fs/promises";
import path from "node:path";
import { readWhole } from "../../storage/wholeFile.ts";
import { commandFiles } from "../format/files.ts";
import { supervisedProcess } from "../format/schemas.ts";
import { isAlive, isProcessAlive } from "./identity.ts";
import { ownersOf } from "./lock.ts";
import { processesOf } from "./processes.ts";

/** Whether a process runs; unknown where that cannot be asked, as on a host that cannot be reached. */
export type Liveness = "alive" | "dead" | "unknown";

/** Which processes of a recorded command run. */
export interface CommandLiveness {
  readonly supervisor: Liveness;
  readonly command: Liveness;
  /** A supervisor is being started. Undefined where that is of no interest, or cannot be seen. */
  readonly launching?: boolean | undefined;
}

/** That nothing runs. */
export const nothingRuns: CommandLiveness = { supervisor: "dead", command: "dead" };

/**
 * Which processes of a record run on this machine.
 *
 * @param record its folder.
 * @param wasLaunched whether its request names a command: then a supervisor may be on its way, or the supervisor of a command that
 *   runs may have been killed before it recorded it. No file shows these, so all processes are looked through.
 */
export async function localLiveness(record: string, wasLaunched: boolean): Promise<CommandLiveness> {
  const recorded = await recordedProcesses(record);
  if (!wasLaunched || recorded.supervisor === "alive" || (await hasResult(record))) return recorded;
  const found = processesOf(record);
  const launching = found && found.supervisors.length > 0;
  if (found?.command !== undefined) return { ...recorded, command: "alive", launching };
  const later = await recordedProcesses(record);
  return later.supervisor === "alive" ? later : { ...later, launching };
}

/** The processes that the record itself names. */
async function recordedProcesses(record: string): Promise<CommandLiveness> {
  const supervised = await readWhole(record, commandFiles.process, supervisedProcess);
  const holders = await ownersOf(path.join(record, commandFiles.lock)).catch(() => []);
  const isSupervised = (supervised !== undefined && isAlive(supervised.supervisor)) || holders.some(isProcessAlive);
  const runs = supervised?.command !== undefined && isAlive(supervised.command);
  return { supervisor: isSupervised ? "alive" : "dead", command: runs ? "alive" : "dead" };
}

/** Whether a record must stay: it keeps what a command that runs makes. */
export async function isInUse(record: string): Promise<boolean> {
  const { supervisor, command } = await recordedProcesses(record);
  if (command === "alive" || processesOf(record)?.command !== undefined) return true;
  // A supervisor that has written the result is about to end.
  return supervisor === "alive" && !(await hasResult(record));
}

async function hasResult(record: string): Promise<boolean> {
  return (await lstat(path.join(record, commandFiles.result)).catch(() => undefined)) !== undefined;
}
