import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { recordFiles } from "./files.ts";
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

/**
 * Finds the processes of a record by their arguments: for the moments in which no file of the record tells them. Undefined where
 * processes cannot be listed.
 */
export function processesOf(record: string): RecordProcesses | undefined {
  if (process.platform !== "linux") return undefined;
  const supervisors: number[] = [];
  const nix: number[] = [];
  for (const pid of processIds()) {
    if (pid === process.pid) continue;
    const args = argumentsOf(pid);
    if (isSupervisor(args, record)) supervisors.push(pid);
    else if (isNix(args, record)) nix.push(pid);
  }
  // Before a builder runs, it is a copy of the Nix that starts it.
  const top = nix.filter(pid => !nix.includes(parentOf(pid) ?? 0));
  return {
    supervisors: supervisors.flatMap(pid => identify(pid) ?? []),
    nix: top.flatMap(pid => identify(pid) ?? [])[0],
  };
}

/** Empty for a process of another user, or that is gone. */
function argumentsOf(pid: number): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return text !== "" && statSync(`/proc/${pid}`).uid === process.getuid?.() ? text.split("\0") : [];
  } catch {
    return [];
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
