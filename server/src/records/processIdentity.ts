import { readFileSync } from "node:fs";

/** A process that no other can be taken for: pids are used again, also after a reboot. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In clock ticks since boot (`/proc/<pid>/stat`, field 22); 0 where there is no /proc. */
  readonly startTime: number;
  readonly bootId: string;
}

/** The identity of a process that is alive now; undefined when there is none of that pid. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime, bootId: bootId() };
}

/** Whether exactly this process is alive. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identity.bootId === bootId() && startTimeOf(identity.pid) === identity.startTime;
}

/** A process's identity as one word, for a file's name. */
export function nameOfProcess({ pid, startTime, bootId }: ProcessIdentity): string {
  return `${pid}.${startTime}.${bootId}`;
}

/** Whether the process of a name is alive; false for what is no such name. */
export function isProcessAlive(name: string): boolean {
  const [, pid, startTime, boot] = /^(\d+)\.(\d+)\.(.*)$/.exec(name) ?? [];
  return pid !== undefined && isAlive({ pid: Number(pid), startTime: Number(startTime), bootId: boot ?? "" });
}

function startTimeOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program's name, in parentheses, may hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : Number(fields[19]);
  } catch {
    return hasProc() ? undefined : signalled(pid);
  }
}

function hasProc(): boolean {
  return process.platform === "linux";
}

function signalled(pid: number): number | undefined {
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
