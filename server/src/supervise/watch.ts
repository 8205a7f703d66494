import { closeSync, constants, existsSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { commandFiles } from "../records/format/files.ts";
import { killTree } from "../records/processes/tree.ts";
import type { LiveCut } from "./liveCut.ts";
import type { SpaceMeter } from "./spaceMeter.ts";
import type { RunningCommand } from "./spawn.ts";

/** Polling interval for the clock and for cancellation requests (ms). */
export const tick = 100;

/** How long the command has to clean up after SIGINT before it is killed (ms). */
const grace = Number(process.env.MORPH_CANCEL_GRACE ?? 10_000);

/** Polling interval for free disk space (ms). */
const measureEvery = 1000;

/** Whether cancellation was requested for a record. */
export function isCancelled(record: string): boolean {
  return existsSync(path.join(record, commandFiles.cancel));
}

/**
 * Writes the clock as the event stream grows, cuts the log, measures disk space, and stops the command on request. Returns a
 * function that ends all of this.
 *
 * @param size of the event stream (bytes).
 */
export function watch(
  record: string,
  running: RunningCommand,
  size: () => number,
  meter: SpaceMeter,
  cut: LiveCut | undefined,
): () => void {
  let last = -1;
  let stopping: NodeJS.Timeout | undefined;
  const look = () => {
    if (stopping === undefined && isCancelled(record)) {
      running.interrupt();
      const { identity } = running;
      stopping = setTimeout(() => identity && killTree(identity), grace);
    }
    const now = size();
    if (now !== last) writeClock(record, now);
    last = now;
    void cut?.look(now);
  };
  look();
  const timers = [setInterval(look, tick), setInterval(() => meter.measure(), measureEvery)];
  return () => {
    for (const timer of timers) clearInterval(timer);
    look();
    clearTimeout(stopping);
    meter.measure();
    cut?.end();
  };
}

function writeClock(record: string, size: number): void {
  const { O_WRONLY, O_CREAT, O_APPEND, O_NONBLOCK } = constants;
  try {
    const clock = openSync(path.join(record, commandFiles.clock), O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK, 0o600);
    try {
      writeSync(clock, `${Date.now()} ${size}\n`);
    } finally {
      closeSync(clock);
    }
  } catch {
    // The disk is full: the command continues, and its times become less exact.
  }
}
