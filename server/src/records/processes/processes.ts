import { readFileSync, readlinkSync, statSync } from "node:fs";
import path from "node:path";
import { commandFiles } from "../format/files.ts";
import type { ProcessIdentity } from "../format/schemas.ts";
import { identify } from "./identity.ts";
import { parentOf, processIds } from "./tree.ts";

/** The processes that run for a record. */
export interface RecordProcesses {
  /** Supervisors, and those that start one; this process is not among them. */
  readonly supervisors: readonly ProcessIdentity[];
  /** What the record is about. */
  readonly command: ProcessIdentity | undefined;
}

/** What a supervisor is asked for: its first argument. The second is the record. */
export const supervisorModes = { launch: "launch", run: "run" } as const;

/** The option before the path of the output, by which a command is told from other programs that name it. */
export const outputOption = "--add-root";

/** Processes are listed at most this often for one answer. */
const maxScans = 5;

/**
 * Finds the processes of a record by their arguments: for the moments in which no file of the record tells them. Undefined where
 * processes cannot be listed.
 */
export function processesOf(record: string): RecordProcesses | undefined {
  if (process.platform !== "linux") return undefined;
  for (let scan = 1; ; scan++) {
    const { supervisors, command, isWhole } = scanFor(record);
    if (supervisors.length === 0 && command === undefined && !isWhole && scan < maxScans) continue;
    return { supervisors, command };
  }
}

/**
 * One look at all processes. It is not whole where one of them ended before it was looked at: what it had started meanwhile, as a
 * launcher starts a supervisor and that the command, is not in the list.
 */
function scanFor(record: string): RecordProcesses & { readonly isWhole: boolean } {
  const supervisors: number[] = [];
  const commands: number[] = [];
  let isWhole = true;
  for (const pid of processIds()) {
    if (pid === process.pid) continue;
    const args = argumentsOf(pid);
    if (args === undefined) isWhole = false;
    else if (isSupervisor(args, record)) supervisors.push(pid);
    else if (isCommand(args, record) || (args.length === 0 && writesEvents(pid, record))) commands.push(pid);
  }
  // Before a child of the command runs, it is a copy of it.
  const top = commands.filter(pid => !commands.includes(parentOf(pid) ?? 0));
  const alive = (pids: readonly number[]) => pids.flatMap(pid => identify(pid) ?? []);
  return { supervisors: alive(supervisors), command: alive(top)[0], isWhole };
}

/** Empty for a process of another user, or one without arguments; undefined for one that is gone. */
function argumentsOf(pid: number): readonly string[] | undefined {
  try {
    if (statSync(`/proc/${pid}`).uid !== process.getuid?.()) return [];
    const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return args.some(arg => arg !== "") ? args : [];
  } catch (error) {
    return ["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "") ? undefined : [];
  }
}

/** Whether a process writes a record's event stream: a command that is just being executed, which has no arguments for a moment. */
function writesEvents(pid: number, record: string): boolean {
  try {
    const file = readlinkSync(`/proc/${pid}/fd/2`);
    return path.basename(file) === commandFiles.events && isSameRecord(path.dirname(file), record);
  } catch {
    return false;
  }
}

/** `<node> <supervisor.js> run|launch <record>`, however the path of the storage folder is spelled. */
function isSupervisor([, , mode, folder = ""]: readonly string[], record: string): boolean {
  return (mode === supervisorModes.run || mode === supervisorModes.launch) && isSameRecord(folder, record);
}

/** `... --add-root <record>/result ...` */
function isCommand(args: readonly string[], record: string): boolean {
  const at = args.findIndex(
    arg => path.basename(arg) === commandFiles.output && isSameRecord(path.dirname(arg), record),
  );
  return at > 0 && args[at - 1] === outputOption;
}

function isSameRecord(one: string, other: string): boolean {
  const tail = (folder: string) => folder.split(path.sep).slice(-2).join(path.sep);
  return tail(one) === tail(other);
}
