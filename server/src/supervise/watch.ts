import { closeSync, constants, existsSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { commandFiles } from "../records/format/files.ts";
import { killTree } from "../records/processes/tree.ts";
import type { LiveCut } from "./liveCut.ts";
import type { SpaceMeter } from "./spaceMeter.ts";
import type { RunningCommand } from "./spawn.ts";

/** How often the clock is written and the request to stop looked for (ms). */
export const tick = 100;

/** How long the command has to clean up after SIGINT before it is killed (ms). */
const grace = Number(process.env.MORPH_CANCEL_GRACE ?? 10_000);

/** How often it is looked how much disk is left (ms). */
const measureEvery = 1000;

/** Whether a record was asked to stop. */
export function isCancelled(record: string): boolean {
  return existsSync(path.join(record, commandFiles.cancel));
}

/**
 * Writes the clock as the events grow, cuts the log, measures the disk, and stops the command on request. Returns how to end that.
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
  const timers = [setInterval(look, tick), setInterval(() => meter.look(), measureEvery)];
  return () => {
    for (const timer of timers) clearInterval(timer);
    look();
    clearTimeout(stopping);
    meter.look();
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
    // A full disk: the command goes on, its times become less exact.
  }
}
