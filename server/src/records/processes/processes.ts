import { readFileSync, readlinkSync, statSync } from "node:fs";
import path from "node:path";
import { commandFiles } from "../format/files.ts";
import type { ProcessIdentity } from "../format/schemas.ts";
import { identify } from "./identity.ts";
import { parentOf, processIds } from "./tree.ts";

/** The running processes of a record. */
export interface RecordProcesses {
  /** Supervisors and processes that launch one, except this process. */
  readonly supervisors: readonly ProcessIdentity[];
  /** The recorded command. */
  readonly command: ProcessIdentity | undefined;
}

/** The supervisor's first argument. The second is the record. */
export const supervisorModes = { launch: "launch", run: "run" } as const;

/** The option before the output path, which distinguishes the command from other programs that name the path. */
const outputOption = "--add-root";

/** Maximum number of scans of all processes per call. */
const maxScans = 5;

/**
 * Finds the processes of a record by their arguments, for the moments when no file of the record names them. Undefined where
 * processes cannot be listed.
 */
export function processesOf(record: string): RecordProcesses | undefined {
  if (process.platform !== "linux") return undefined;
  for (let scan = 1; ; scan++) {
    const { supervisors, command, isComplete } = scanFor(record);
    if (supervisors.length === 0 && command === undefined && !isComplete && scan < maxScans) continue;
    return { supervisors, command };
  }
}

/**
 * Scans all processes once. The scan is incomplete if a process ended before it was inspected: a child that it started meanwhile
 * is not in the list (a launcher starts a supervisor, which starts the command).
 */
function scanFor(record: string): RecordProcesses & { readonly isComplete: boolean } {
  const supervisors: number[] = [];
  const commands: number[] = [];
  let isComplete = true;
  for (const pid of processIds()) {
    if (pid === process.pid) continue;
    const args = argumentsOf(pid);
    if (args === undefined) isComplete = false;
    else if (isSupervisor(args, record)) supervisors.push(pid);
    else if (isCommand(args, record) || (args.length === 0 && writesEvents(pid, record))) commands.push(pid);
  }
  // Between fork and exec, a child of the command has the command's arguments.
  const top = commands.filter(pid => !commands.includes(parentOf(pid) ?? 0));
  const alive = (pids: readonly number[]) => pids.flatMap(pid => identify(pid) ?? []);
  return { supervisors: alive(supervisors), command: alive(top)[0], isComplete };
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

/** Whether a process writes a record's event stream: during exec, a command has no arguments for a moment. */
function writesEvents(pid: number, record: string): boolean {
  try {
    const file = readlinkSync(`/proc/${pid}/fd/2`);
    return path.basename(file) === commandFiles.events && isSameRecord(path.dirname(file), record);
  } catch {
    return false;
  }
}

/** `<node> <supervisor.js> run|launch <record>`, with any spelling of the storage folder's path. */
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
