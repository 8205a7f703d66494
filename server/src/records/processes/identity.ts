import { readFileSync } from "node:fs";
import type { ProcessIdentity } from "../format/schemas.ts";

/** The identity of the process with a pid; undefined when it does not exist. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime, bootId: bootId() };
}

/** Whether exactly this process is alive, not another one with the same pid. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identity.bootId === bootId() && startTimeOf(identity.pid) === identity.startTime;
}

/** A process's identity as one word, for file names. @param part distinguishes several users of a name in one process. */
export function nameOfProcess({ pid, startTime, bootId }: ProcessIdentity, part?: number): string {
  return `${pid}.${startTime}.${bootId}${part === undefined ? "" : `~${part}`}`;
}

/** Whether the process of such a name is alive; false for any other text. */
export function isProcessAlive(name: string): boolean {
  const [, pid, startTime, boot] = /^(\d+)\.(\d+)\.([^~]*)(?:~\d+)?$/.exec(name) ?? [];
  return pid !== undefined && isAlive({ pid: Number(pid), startTime: Number(startTime), bootId: boot ?? "" });
}

function startTimeOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program name, in parentheses, may contain spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : Number(fields[19]);
  } catch {
    return hasProc() ? undefined : probe(pid);
  }
}

function hasProc(): boolean {
  return process.platform === "linux";
}

function probe(pid: number): number | undefined {
  try {
    process.kill(pid, 0);
    return 0;
  } catch {
    return undefined;
  }
}

let knownBootId: string | undefined;

function bootId(): string {
  knownBootId ??= readBootId();
  return knownBootId;
}

function readBootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}
