/**
 * A program of its own that runs one Nix process and outlives the server, the window and VS Code.
 *
 *   supervisor launch RECORD [adopt]   starts `run` in a session of its own and exits at once, so that it is no one's descendant
 *   supervisor run RECORD [adopt]      runs what the record's request says, and writes how it ended
 *
 * Nix writes the event stream through a descriptor of its own: nothing of it passes through this process. Where an earlier
 * supervisor was killed and its Nix goes on, this one adopts it. Of several that are started for a record, one serves it. With
 * `adopt` it starts no Nix.
 */
import { spawn } from "node:child_process";
import { closeSync, constants, existsSync, fstatSync, openSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { recordFiles } from "../builds/record/files.ts";
import type { BuildResult, Realisation, SupervisedProcess } from "../builds/record/record.ts";
import { recordSchemas } from "../builds/record/schemas.ts";
import { claimWithin, release } from "../records/lock.ts";
import type { LogLimit } from "../records/logCut.ts";
import { processesOf, supervisorModes } from "../records/processes.ts";
import { identify, isAlive, isProcessAlive, nameOfProcess, type ProcessIdentity } from "../records/processIdentity.ts";
import { signalProcess } from "../records/processTree.ts";
import { readWhole, writeWhole } from "../storage/wholeFile.ts";
import { LiveCut, streamFile } from "./liveCut.ts";
import { SpaceMeter } from "./spaceMeter.ts";
import { isCancelled, type RunningNix, tick, watch } from "./watch.ts";

/** What cannot be written (a full disk) is tried again this often (ms). */
const retry = 1000;

/** A process that is about to become Nix does so by then (ms). */
const forkTime = 2000;

const [, , mode, folder, ...options] = process.argv;
if (folder === undefined) throw new Error("usage: supervisor launch|run RECORD [adopt]");
if (mode === supervisorModes.launch) launch(folder);
else void run(folder, !options.includes("adopt"));

function launch(record: string): void {
  const self = process.argv[1] ?? "";
  const args = [self, supervisorModes.run, record, ...options];
  spawn(process.execPath, args, { detached: true, stdio: "ignore", cwd: "/" }).unref();
}

async function run(record: string, mayStart: boolean): Promise<void> {
  // Whoever ends our session must not end the build with it.
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
  const self = identify(process.pid);
  if (self === undefined || !(await lock(record, self))) return;
  try {
    await supervise(record, self, mayStart);
  } finally {
    release(path.join(record, recordFiles.lock), nameOfProcess(self));
  }
}

/** Whether this is the supervisor that serves the record. On a full disk it waits for that, unless the build is cancelled. */
async function lock(record: string, self: ProcessIdentity): Promise<boolean> {
  const folder = path.join(record, recordFiles.lock);
  const locked = await untilDone(
    async () => ({ holder: await claimWithin(folder, nameOfProcess(self), async other => isProcessAlive(other)) }),
    () => isGone(record) || isCancelled(record),
  );
  return locked !== undefined && locked.holder === undefined;
}

async function supervise(record: string, self: ProcessIdentity, mayStart: boolean): Promise<void> {
  if (existsSync(path.join(record, recordFiles.result))) return;
  const id = path.basename(record);
  const request = await readWhole(record, recordFiles.request, recordSchemas.request);
  const realisation = request?.id === id ? request.realisation : undefined;
  const earlier = await readWhole(record, recordFiles.process, recordSchemas.process);
  const nix = await findNix(record, earlier);
  const result =
    nix !== undefined || hasStarted(record, earlier)
      ? await adopt(record, self, earlier, nix, realisation)
      : realisation !== undefined && mayStart
        ? await start(record, self, realisation)
        : undefined;
  if (result === undefined) return;
  // What was cancelled and did not succeed is known without a result.
  await writeUntilDone(record, "result", result, () => result.code !== 0 && isCancelled(record));
  if (realisation !== undefined) release(path.join(record, "../../running", path.basename(realisation.claim)), id);
}

/** The Nix of an earlier supervisor that was killed. */
async function findNix(record: string, earlier: SupervisedProcess | undefined): Promise<ProcessIdentity | undefined> {
  if (earlier === undefined && !existsSync(path.join(record, recordFiles.events))) return undefined;
  if (earlier?.nix !== undefined) return isAlive(earlier.nix) ? earlier.nix : undefined;
  // It was killed before it recorded a Nix that it may have started.
  for (const end = Date.now() + forkTime; ; await sleep(tick)) {
    const found = processesOf(record);
    if (found?.nix !== undefined || !found?.supervisors.length || Date.now() > end) return found?.nix;
  }
}

/** Whether Nix has been started before. */
function hasStarted(record: string, earlier: SupervisedProcess | undefined): boolean {
  return earlier?.nix !== undefined || sizeOf(path.join(record, recordFiles.events)) > 0;
}

/** Starts Nix and follows it to its end; undefined when that is not wanted any more. */
async function start(
  record: string,
  supervisor: ProcessIdentity,
  realisation: Realisation,
): Promise<BuildResult | undefined> {
  const isUnwanted = () => isGone(record) || isCancelled(record);
  // Nothing may run of which no file tells.
  if (!(await writeUntilDone(record, "process", { supervisor }, isUnwanted))) return undefined;
  const events = await untilDone(async () => openEvents(path.join(record, recordFiles.events)), isUnwanted);
  if (events === undefined || isUnwanted()) return undefined;
  if (events instanceof Error) return endOf({ error: events.message });
  const meter = new SpaceMeter(realisation.folders ?? []);
  const nix = spawnNix(realisation, events);
  const result = await follow(record, supervisor, nix, () => fstatSync(events).size, meter, realisation.log);
  closeSync(events);
  return result;
}

/** Goes on with what another supervisor has started. @param nix undefined: it has ended. */
async function adopt(
  record: string,
  supervisor: ProcessIdentity,
  earlier: SupervisedProcess | undefined,
  nix: ProcessIdentity | undefined,
  realisation: Realisation | undefined,
): Promise<BuildResult> {
  if (nix === undefined) return endOf({ adopted: true });
  const untilEnd = async () => {
    while (isAlive(nix)) await sleep(tick);
    return endOf({ adopted: true });
  };
  const running = { identity: nix, ended: untilEnd(), interrupt: () => signalProcess(nix, "SIGINT") };
  const events = path.join(record, recordFiles.events);
  const meter = new SpaceMeter(realisation?.folders ?? [], earlier?.space);
  return follow(record, supervisor, running, () => sizeOf(events), meter, realisation?.log);
}

/** Watches over Nix until it has ended. Watching begins before anything that may have to wait for room on the disk. */
async function follow(
  record: string,
  supervisor: ProcessIdentity,
  nix: RunningNix,
  size: () => number,
  meter: SpaceMeter,
  log: LogLimit | undefined,
): Promise<BuildResult> {
  const stop = watch(record, nix, size, meter, liveCut(record, log));
  let hasEnded = false;
  const processes: SupervisedProcess = { supervisor, nix: nix.identity, space: meter.measured };
  const recorded = writeUntilDone(record, "process", processes, () => hasEnded);
  const result = await nix.ended;
  hasEnded = true;
  stop();
  await recorded;
  return { ...result, space: meter.measured };
}

function spawnNix({ file, args, cwd }: Realisation, events: number): RunningNix {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const nix = spawn(file, args, { cwd, env, stdio: ["ignore", "ignore", events] });
  const ended = new Promise<BuildResult>(resolve => {
    nix.on("error", error => resolve(endOf({ error: error.message })));
    nix.on("exit", (code, signal) => resolve(endOf({ code, signal })));
  });
  return {
    identity: nix.pid === undefined ? undefined : identify(nix.pid),
    ended,
    interrupt: () => nix.kill("SIGINT"),
  };
}

function endOf(fields: Partial<BuildResult>): BuildResult {
  return { code: null, signal: null, at: new Date().toISOString(), ...fields };
}

/** The descriptor through which Nix appends; an error that waiting does not mend. @throws when the disk is full. */
function openEvents(file: string): number | Error {
  const { O_WRONLY, O_CREAT, O_APPEND, O_NONBLOCK } = constants;
  try {
    const events = openSync(file, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK, 0o600);
    if (fstatSync(events).isFile()) return events;
    closeSync(events);
    return new Error(`not a regular file: ${file}`);
  } catch (error) {
    if (["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    return error as Error;
  }
}

/** In bytes; 0 when there is none, or no regular file. */
function sizeOf(file: string): number {
  try {
    const found = statSync(file);
    return found.isFile() ? found.size : 0;
  } catch {
    return 0;
  }
}

/** Keeps the log within its limit; undefined where that cannot be done. */
function liveCut(record: string, log: LogLimit | undefined): LiveCut | undefined {
  const events = path.join(record, recordFiles.events);
  try {
    return (
      log &&
      new LiveCut(
        streamFile(events, (offset, length) => punch(events, offset, length)),
        log,
      )
    );
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

function isGone(record: string): boolean {
  return !existsSync(record);
}

/** Writes a file of the record. Whether it was written: not when the record is gone, or it `isUnwanted` and cannot be. */
async function writeUntilDone(
  record: string,
  name: "process" | "result",
  value: SupervisedProcess | Pick<SupervisedProcess, "supervisor"> | BuildResult,
  isUnwanted: () => boolean,
): Promise<boolean> {
  const file = path.join(record, recordFiles[name]);
  const write = async () => {
    await writeWhole(file, value);
    return true;
  };
  return (await untilDone(write, () => isGone(record) || isUnwanted())) === true;
}

/** Tries until it does not throw, as on a full disk; undefined when it is not wanted any more, which is looked at often. */
async function untilDone<T>(attempt: () => Promise<T>, isUnwanted: () => boolean): Promise<T | undefined> {
  for (;;)
    try {
      return await attempt();
    } catch {
      for (const end = Date.now() + retry; Date.now() < end; await sleep(tick)) if (isUnwanted()) return undefined;
    }
}
