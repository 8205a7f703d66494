import { readFileSync, readlinkSync, statSync } from "node:fs";
import path from "node:path";
import { recordFiles } from "../builds/record/files.ts";
import { identify, type ProcessIdentity } from "./processIdentity.ts";
import { parentOf, processIds } from "./processTree.ts";

/** The processes that run for a record. */
export interface RecordProcesses {
  /** Supervisors, and those that start one; this process is not among them. */
  readonly supervisors: readonly ProcessIdentity[];
  readonly nix: ProcessIdentity | undefined;
}

/** What a supervisor is asked for: its first argument. The second is the record. */
export const supervisorModes = { launch: "launch", run: "run" } as const;

/** Processes are listed at most this often for one answer. */
const maxScans = 5;

/**
 * Finds the processes of a record by their arguments: for the moments in which no file of the record tells them. Undefined where
 * processes cannot be listed.
 */
export function processesOf(record: string): RecordProcesses | undefined {
  if (process.platform !== "linux") return undefined;
  for (let scan = 1; ; scan++) {
    const { supervisors, nix, isWhole } = scanFor(record);
    if (supervisors.length === 0 && nix === undefined && !isWhole && scan < maxScans) continue;
    return { supervisors, nix };
  }
}

/**
 * One look at all processes. It is not whole where one of them ended before it was looked at: what it had started meanwhile, as a
 * launcher starts a supervisor and that Nix, is not in the list.
 */
function scanFor(record: string): RecordProcesses & { readonly isWhole: boolean } {
  const supervisors: number[] = [];
  const nix: number[] = [];
  let isWhole = true;
  for (const pid of processIds()) {
    if (pid === process.pid) continue;
    const args = argumentsOf(pid);
    if (args === undefined) isWhole = false;
    else if (isSupervisor(args, record)) supervisors.push(pid);
    else if (isNix(args, record) || (args.length === 0 && writesEvents(pid, record))) nix.push(pid);
  }
  // Before a builder runs, it is a copy of the Nix that starts it.
  const top = nix.filter(pid => !nix.includes(parentOf(pid) ?? 0));
  const alive = (pids: readonly number[]) => pids.flatMap(pid => identify(pid) ?? []);
  return { supervisors: alive(supervisors), nix: alive(top)[0], isWhole };
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

/** Whether a process writes a record's event stream: a Nix that is just being executed, which has no arguments for a moment. */
function writesEvents(pid: number, record: string): boolean {
  try {
    const file = readlinkSync(`/proc/${pid}/fd/2`);
    return path.basename(file) === recordFiles.events && isSameRecord(path.dirname(file), record);
  } catch {
    return false;
  }
}

/** `<node> <supervisor.js> run|launch <record>`, however the path of the storage folder is spelled. */
function isSupervisor([, , mode, folder = ""]: readonly string[], record: string): boolean {
  return (mode === supervisorModes.run || mode === supervisorModes.launch) && isSameRecord(folder, record);
}

/** `... --add-root <record>/result ...` */
function isNix(args: readonly string[], record: string): boolean {
  const root = args[args.indexOf("--add-root") + 1] ?? "";
  return (
    args.includes("--add-root") &&
    path.basename(root) === recordFiles.output &&
    isSameRecord(path.dirname(root), record)
  );
}

function isSameRecord(one: string, other: string): boolean {
  const tail = (folder: string) => folder.split(path.sep).slice(-2).join(path.sep);
  return tail(one) === tail(other);
}
