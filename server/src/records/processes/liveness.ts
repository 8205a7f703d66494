import { lstat } from "node:fs/promises";
import path from "node:path";
import { readWhole } from "../../storage/wholeFile.ts";
import { commandFiles } from "../format/files.ts";
import { supervisedProcess } from "../format/schemas.ts";
import { isAlive, isProcessAlive } from "./identity.ts";
import { ownersOf } from "./lock.ts";
import { processesOf } from "./processes.ts";

/** Whether a process is running; unknown if that cannot be determined, for example on an unreachable host. */
export type Liveness = "alive" | "dead" | "unknown";

/** Which processes of a recorded command are running. */
export interface CommandLiveness {
  readonly supervisor: Liveness;
  readonly command: Liveness;
  /** Whether a supervisor is being started. Undefined if that is irrelevant or cannot be determined. */
  readonly launching?: boolean | undefined;
}

/** No process is running. */
export const nothingRuns: CommandLiveness = { supervisor: "dead", command: "dead" };

/**
 * Which processes of a record are running on this machine.
 *
 * @param record its folder.
 * @param wasLaunched whether its request names a command: then a supervisor may be starting, or it may have been killed before it
 *   recorded a running command. No file shows either, so all processes are scanned.
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

/** The processes that the files of the record name. */
async function recordedProcesses(record: string): Promise<CommandLiveness> {
  const supervised = await readWhole(record, commandFiles.process, supervisedProcess);
  const holders = await ownersOf(path.join(record, commandFiles.lock)).catch(() => []);
  const isSupervised = (supervised !== undefined && isAlive(supervised.supervisor)) || holders.some(isProcessAlive);
  const runs = supervised?.command !== undefined && isAlive(supervised.command);
  return { supervisor: isSupervised ? "alive" : "dead", command: runs ? "alive" : "dead" };
}

/** Whether a record must not be removed: it holds the output of a running command. */
export async function isInUse(record: string): Promise<boolean> {
  const { supervisor, command } = await recordedProcesses(record);
  if (command === "alive" || processesOf(record)?.command !== undefined) return true;
  // A supervisor that has written the result is about to exit.
  return supervisor === "alive" && !(await hasResult(record));
}

async function hasResult(record: string): Promise<boolean> {
  return (await lstat(path.join(record, commandFiles.result)).catch(() => undefined)) !== undefined;
}
