/**
 * A separate program that runs one recorded command, such as Nix, and outlives the server, the window and VS Code.
 *
 *   supervisor launch RECORD [adopt]   starts `run` in its own session and exits immediately, so that `run` is not our descendant
 *   supervisor run RECORD [adopt]      runs the command of the record's request and records how it ended
 *
 * The command writes the event stream directly to the file; nothing passes through this process. If an earlier supervisor was
 * killed while its command keeps running, this one adopts the command. If several are started for a record, one of them serves it.
 * With `adopt`, no command is started.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandFiles } from "../records/format/files.ts";
import type { ProcessIdentity } from "../records/format/schemas.ts";
import { type SupervisedProcess, supervisedProcess, supervisedRequest } from "../records/format/schemas.ts";
import { identify, isAlive, isProcessAlive, nameOfProcess } from "../records/processes/identity.ts";
import { acquireWithin, release } from "../records/processes/lock.ts";
import { processesOf, supervisorModes } from "../records/processes/processes.ts";
import { readWhole } from "../storage/wholeFile.ts";
import { adopt, sizeOf, start } from "./command.ts";
import { launchDetached } from "./spawn.ts";
import { isGone, untilDone, writeUntilDone } from "./untilDone.ts";
import { isCancelled, tick } from "./watch.ts";

/** How long a forked process may take to become the command (ms). */
const forkTime = 2000;

const [, , mode, folder, ...options] = process.argv;
if (folder === undefined) throw new Error("usage: supervisor launch|run RECORD [adopt]");
if (mode === supervisorModes.launch) launchDetached([supervisorModes.run, folder, ...options]);
else void run(folder, !options.includes("adopt"));

async function run(record: string, mayStart: boolean): Promise<void> {
  // Ending our session must not end the command.
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
  const self = identify(process.pid);
  if (self === undefined || !(await lock(record, self))) return;
  try {
    await supervise(record, self, mayStart);
  } finally {
    release(path.join(record, commandFiles.lock), nameOfProcess(self));
  }
}

/** Acquires the record's lock. False if another supervisor has it. Waits while the disk is full, unless the build is cancelled. */
async function lock(record: string, self: ProcessIdentity): Promise<boolean> {
  const folder = path.join(record, commandFiles.lock);
  const locked = await untilDone(
    async () => ({ holder: await acquireWithin(folder, nameOfProcess(self), async other => isProcessAlive(other)) }),
    () => isGone(record) || isCancelled(record),
  );
  return locked !== undefined && locked.holder === undefined;
}

async function supervise(record: string, self: ProcessIdentity, mayStart: boolean): Promise<void> {
  if (existsSync(path.join(record, commandFiles.result))) return;
  const id = path.basename(record);
  const request = await readWhole(record, commandFiles.request, supervisedRequest);
  const command = request?.id === id ? request.command : undefined;
  const earlier = await readWhole(record, commandFiles.process, supervisedProcess);
  const running = await findRunning(record, earlier);
  const result =
    running !== undefined || hasStarted(record, earlier)
      ? await adopt(record, self, earlier, running, command)
      : command !== undefined && mayStart
        ? await start(record, self, command)
        : undefined;
  if (result === undefined) return;
  // A build that was cancelled and did not succeed needs no result.
  await writeUntilDone(record, "result", result, () => result.code !== 0 && isCancelled(record));
  if (command !== undefined) release(path.join(record, "../../running", path.basename(command.lock)), id);
}

/** The command of an earlier supervisor that was killed. */
async function findRunning(
  record: string,
  earlier: SupervisedProcess | undefined,
): Promise<ProcessIdentity | undefined> {
  if (earlier === undefined && !existsSync(path.join(record, commandFiles.events))) return undefined;
  if (earlier?.command !== undefined) return isAlive(earlier.command) ? earlier.command : undefined;
  // It may have started a command and been killed before it recorded it.
  for (const end = Date.now() + forkTime; ; await sleep(tick)) {
    const found = processesOf(record);
    if (found?.command !== undefined || !found?.supervisors.length || Date.now() > end) return found?.command;
  }
}

/** Whether the command was started before. */
function hasStarted(record: string, earlier: SupervisedProcess | undefined): boolean {
  return earlier?.command !== undefined || sizeOf(path.join(record, commandFiles.events)) > 0;
}
