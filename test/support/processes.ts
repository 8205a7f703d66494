import fs from "node:fs";
import path from "node:path";
import { until } from "./until.ts";

/** A running process. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Its arguments, or its name in brackets if it has none. */
  readonly cmdline: string;
}

/** Every process that has not ended. One that waits for its parent to notice its end (a zombie) counts as ended. */
export function processes(): Process[] {
  const pids = fs.readdirSync("/proc").filter(name => /^\d+$/.test(name));
  return pids.flatMap(pid => readProcess(Number(pid)) ?? []);
}

/** Whether a process with that id is running. */
export function isAlive(pid: number): boolean {
  return readProcess(pid) !== undefined;
}

/** All descendants of the process `pid`. */
export function descendants(pid: number): Process[] {
  const all = processes();
  const below = (parent: number): Process[] =>
    all.filter(each => each.parent === parent).flatMap(each => [each, ...below(each.pid)]);
  return below(pid);
}

/** Processes that use a folder: it is in their arguments or environment, or it is their working directory. */
export function processesIn(folder: string): Process[] {
  const holds = (pid: number) => {
    const read = (name: string) => quietly(() => fs.readFileSync(`/proc/${pid}/${name}`, "latin1")) ?? "";
    const cwd = quietly(() => fs.readlinkSync(`/proc/${pid}/cwd`)) ?? "";
    return read("environ").includes(`${folder}/`) || read("cmdline").includes(`${folder}/`) || isInside(cwd, folder);
  };
  return processes().filter(each => each.pid !== process.pid && holds(each.pid));
}

/** Waits until a process has ended. */
export async function waitForExit(pid: number): Promise<void> {
  await until(`process ${pid} ends`, () => (isAlive(pid) ? undefined : true));
}

/** Kills a process and its descendants, and waits for their end. */
export async function killTree(pid: number): Promise<void> {
  const tree = [pid, ...descendants(pid).map(each => each.pid)];
  for (const each of tree) quietly(() => process.kill(each, "SIGKILL"));
  for (const each of tree) await waitForExit(each);
}

/** Fields of /proc/PID/stat: `pid (name) state parent ...`, where the name may hold anything. */
function readProcess(pid: number): Process | undefined {
  return quietly(() => {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
    const end = stat.lastIndexOf(")");
    const [state, parent] = stat.slice(end + 2).split(" ");
    if (state === "Z" || state === "X") return undefined;
    const args = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return { pid, parent: Number(parent), cmdline: args || stat.slice(stat.indexOf("("), end + 1) };
  });
}

function isInside(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder + path.sep);
}

/** The result of `read`, or undefined if the process is gone or not ours. */
function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
