/**
 * A program of its own that runs one Nix process and outlives the server, the window and VS Code.
 *
 *   supervisor launch RECORD   starts `run` in a session of its own and exits at once, so that nobody's descendant is left
 *   supervisor run RECORD      runs what the record's request says, and writes how it ended
 *
 * Nix writes the event stream through a descriptor of its own: nothing of it passes through this process.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { release } from "./builds/claim.ts";
import { recordFiles } from "./builds/files.ts";
import { LiveCut, streamFile } from "./builds/liveCut.ts";
import { identify, isAlive, type ProcessIdentity } from "./builds/processIdentity.ts";
import type { BuildRequest, BuildResult, Realisation, SupervisedProcess } from "./builds/record.ts";
import { SpaceMeter } from "./builds/spaceMeter.ts";
import { writeWhole } from "./storage/wholeFile.ts";

/** How often the clock is written and the request to stop looked for (ms). */
const tick = 100;

/** How long Nix has to clean up after SIGINT before it is killed (ms). */
const grace = Number(process.env.MORPH_CANCEL_GRACE ?? 10_000);

/** How often it is looked how much disk is left (ms). */
const measureEvery = 1000;

/** A result that cannot be written (a full disk) is tried again this often (ms). */
const retry = 1000;

const [, , mode, folder] = process.argv;
if (folder === undefined) throw new Error("usage: supervisor launch|run RECORD");
if (mode === "launch") launch(folder);
else void run(folder);

function launch(record: string): void {
  const self = process.argv[1] ?? "";
  spawn(process.execPath, [self, "run", record], { detached: true, stdio: "ignore", cwd: "/" }).unref();
}

async function run(record: string): Promise<void> {
  // Whoever ends our session must not end the build with it.
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
  const request = JSON.parse(readFileSync(path.join(record, recordFiles.request), "utf8")) as BuildRequest;
  const result = await realise(record, request);
  await writeUntilDone(path.join(record, recordFiles.result), result);
  if (request.realisation !== undefined) release(request.realisation.claim, request.id);
}

async function realise(record: string, { realisation }: BuildRequest): Promise<BuildResult> {
  if (realisation === undefined) return ended(null, null, "the request names no realisation");
  const events = openSync(path.join(record, recordFiles.events), "a", 0o600);
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const nix = spawn(realisation.file, realisation.args, {
    cwd: realisation.cwd,
    env,
    stdio: ["ignore", "ignore", events],
  });
  const done = new Promise<BuildResult>(resolve => {
    nix.on("error", error => resolve(ended(null, null, error.message)));
    nix.on("exit", (code, signal) => resolve(ended(code, signal)));
  });
  await announce(record, nix);
  const stopWatching = watch(record, events, nix, liveCut(record, realisation));
  const meter = new SpaceMeter(realisation.folders ?? []);
  const measuring = setInterval(() => meter.look(), measureEvery);
  const result = await done;
  clearInterval(measuring);
  meter.look();
  stopWatching();
  closeSync(events);
  return { ...result, space: meter.measured };
}

function ended(code: number | null, signal: string | null, error?: string): BuildResult {
  return { code, signal, at: new Date().toISOString(), error };
}

async function announce(record: string, nix: ChildProcess): Promise<void> {
  const supervisor = identify(process.pid);
  if (supervisor === undefined) return;
  const processes: SupervisedProcess = { supervisor, nix: nix.pid === undefined ? undefined : identify(nix.pid) };
  await writeUntilDone(path.join(record, recordFiles.process), processes);
}

/** Keeps the log within its limit; undefined where that cannot be done. */
function liveCut(record: string, { log }: Realisation): LiveCut | undefined {
  if (log === undefined) return undefined;
  const events = path.join(record, recordFiles.events);
  try {
    const file = streamFile(events, (offset, length) => punch(events, offset, length));
    return new LiveCut(file, log);
  } catch {
    return undefined;
  }
}

/** Frees a part of a file (`fallocate` of util-linux); whether program and file system can. */
function punch(file: string, offset: number, length: number): Promise<boolean> {
  const args = ["--punch-hole", "--offset", String(offset), "--length", String(length), file];
  return new Promise(resolve => {
    spawn("fallocate", args, { stdio: "ignore", cwd: "/" })
      .on("error", () => resolve(false))
      .on("exit", code => resolve(code === 0));
  });
}

/** Writes the clock as the events grow, and stops Nix when somebody asks for it. Returns how to end that. */
function watch(record: string, events: number, nix: ChildProcess, cut: LiveCut | undefined): () => void {
  let size = -1;
  let stopping: NodeJS.Timeout | undefined;
  const look = () => {
    const now = fstatSync(events).size;
    if (now !== size) {
      size = now;
      writeClock(record, size);
    }
    void cut?.look(size);
    if (stopping === undefined && existsSync(path.join(record, recordFiles.cancel))) {
      nix.kill("SIGINT");
      stopping = setTimeout(() => killTree(nix), grace);
    }
  };
  const timer = setInterval(look, tick);
  return () => {
    clearInterval(timer);
    clearTimeout(stopping);
    cut?.end();
    look();
  };
}

function writeClock(record: string, size: number): void {
  try {
    appendFileSync(path.join(record, recordFiles.clock), `${Date.now()} ${size}\n`, { mode: 0o600 });
  } catch {
    // A full disk: the build goes on, its times become less exact.
  }
}

/** Kills Nix, and those of its descendants that do not end by it: they are under init afterwards, so they are noted before. */
function killTree(nix: ChildProcess): void {
  if (nix.pid === undefined) return;
  const descendants = descendantsOf(nix.pid);
  nix.kill("SIGKILL");
  for (const descendant of descendants) if (isAlive(descendant)) killQuietly(descendant.pid);
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself meanwhile.
  }
}

function descendantsOf(pid: number): ProcessIdentity[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc").filter(entry => /^\d+$/.test(entry))) {
    const parent = parentOf(Number(name));
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const below = (parent: number): number[] => (children.get(parent) ?? []).flatMap(child => [...below(child), child]);
  return below(pid).flatMap(child => identify(child) ?? []);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}

/** A full disk is waited for; a record that was removed meanwhile is not. */
async function writeUntilDone(file: string, value: unknown): Promise<void> {
  while (existsSync(path.dirname(file))) {
    try {
      return await writeWhole(file, value);
    } catch {
      await new Promise(resolve => setTimeout(resolve, retry));
    }
  }
}
