import { closeSync, constants, fstatSync, openSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandFiles } from "../records/format/files.ts";
import type {
  Command,
  CommandResult,
  LogLimit,
  ProcessIdentity,
  SupervisedProcess,
} from "../records/format/schemas.ts";
import { isAlive } from "../records/processes/identity.ts";
import { signalProcess } from "../records/processes/tree.ts";
import { LiveCut, streamFile } from "./liveCut.ts";
import { SpaceMeter } from "./spaceMeter.ts";
import { endOf, punch, type RunningCommand, spawnCommand } from "./spawn.ts";
import { isGone, untilDone, writeUntilDone } from "./untilDone.ts";
import { isCancelled, tick, watch } from "./watch.ts";

/** Starts the command and follows it until it ends; undefined if it was cancelled or its record removed before it started. */
export async function start(
  record: string,
  supervisor: ProcessIdentity,
  command: Command,
): Promise<CommandResult | undefined> {
  const isUnwanted = () => isGone(record) || isCancelled(record);
  // Never run a command that no file records.
  if (!(await writeUntilDone(record, "process", { supervisor }, isUnwanted))) return undefined;
  const events = await untilDone(async () => openEvents(path.join(record, commandFiles.events)), isUnwanted);
  if (events === undefined || isUnwanted()) return undefined;
  if (events instanceof Error) return endOf({ error: events.message });
  const meter = new SpaceMeter(command.folders ?? []);
  const running = spawnCommand(command, events);
  const result = await follow(record, supervisor, running, () => fstatSync(events).size, meter, command.log);
  closeSync(events);
  return result;
}

/** Takes over a command that another supervisor started. @param process undefined: it has ended. */
export async function adopt(
  record: string,
  supervisor: ProcessIdentity,
  earlier: SupervisedProcess | undefined,
  process: ProcessIdentity | undefined,
  command: Command | undefined,
): Promise<CommandResult> {
  if (process === undefined) return endOf({ adopted: true });
  const untilEnd = async () => {
    while (isAlive(process)) await sleep(tick);
    return endOf({ adopted: true });
  };
  const running = { identity: process, ended: untilEnd(), interrupt: () => signalProcess(process, "SIGINT") };
  const events = path.join(record, commandFiles.events);
  const meter = new SpaceMeter(command?.folders ?? [], earlier?.space);
  return follow(record, supervisor, running, () => sizeOf(events), meter, command?.log);
}

/** Watches the command until it ends. Watching starts before anything that may have to wait for disk space. */
async function follow(
  record: string,
  supervisor: ProcessIdentity,
  running: RunningCommand,
  size: () => number,
  meter: SpaceMeter,
  log: LogLimit | undefined,
): Promise<CommandResult> {
  const stop = watch(record, running, size, meter, liveCut(record, log));
  let hasEnded = false;
  const processes: SupervisedProcess = { supervisor, command: running.identity, space: meter.measured };
  const recorded = writeUntilDone(record, "process", processes, () => hasEnded);
  const result = await running.ended;
  hasEnded = true;
  stop();
  await recorded;
  return { ...result, space: meter.measured };
}

/** The descriptor through which the command appends; an error if waiting cannot fix it. @throws when the disk is full. */
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

/** Size of a regular file (bytes); 0 when there is none. */
export function sizeOf(file: string): number {
  try {
    const found = statSync(file);
    return found.isFile() ? found.size : 0;
  } catch {
    return 0;
  }
}

/** Keeps the log within its limit; undefined if that is not possible. */
function liveCut(record: string, log: LogLimit | undefined): LiveCut | undefined {
  const events = path.join(record, commandFiles.events);
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
