import { readdirSync, readFileSync } from "node:fs";
import type { ProcessIdentity } from "../format/schemas.ts";
import { identify, isAlive } from "./identity.ts";

/** Sends a signal to exactly this process, if it is alive. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** Kills a process and its descendants. They are listed first, because init adopts them once their parent is dead. */
export function killTree(root: ProcessIdentity): void {
  const descendants = descendantsOf(root.pid);
  signalProcess(root, "SIGKILL");
  for (const descendant of descendants) signalProcess(descendant, "SIGKILL");
}

/** The ids of all visible processes; empty without /proc. */
export function processIds(): number[] {
  try {
    return readdirSync("/proc").flatMap(name => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

export function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}

function descendantsOf(root: number): ProcessIdentity[] {
  const children = new Map<number, number[]>();
  for (const pid of processIds()) {
    const parent = parentOf(pid);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const below = [...(children.get(root) ?? [])];
  const seen = new Set(below);
  // A pid that is reused during the scan could form a cycle.
  for (const pid of below)
    for (const child of children.get(pid) ?? [])
      if (!seen.has(child) && child !== root) below.push(child) && seen.add(child);
  return below.flatMap(pid => identify(pid) ?? []);
}
