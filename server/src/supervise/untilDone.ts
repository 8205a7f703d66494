import { existsSync } from "node:fs";
import path from "node:path";
import { commandFiles } from "../records/format/files.ts";
import type { CommandResult, SupervisedProcess } from "../records/format/schemas.ts";
import { writeWhole } from "../storage/wholeFile.ts";
import { retry } from "../util/retry.ts";

/** Delays between attempts to write, for example on a full disk (ms). */
const pace = { first: 1000, longest: 1000 };

/** Whether a record was removed. */
export function isGone(record: string): boolean {
  return !existsSync(record);
}

/** Writes a file of the record, with retries. False if the record is gone, or if writing fails and `isUnwanted`. */
export async function writeUntilDone(
  record: string,
  name: "process" | "result",
  value: SupervisedProcess | Pick<SupervisedProcess, "supervisor"> | CommandResult,
  isUnwanted: () => boolean,
): Promise<boolean> {
  const file = path.join(record, commandFiles[name]);
  const write = async () => {
    await writeWhole(file, value);
    return true;
  };
  return (await untilDone(write, () => isGone(record) || isUnwanted())) === true;
}

/** Retries until it does not throw, for example on a full disk; undefined once `isUnwanted`, which is polled. */
export function untilDone<T>(attempt: () => Promise<T>, isUnwanted: () => boolean): Promise<T | undefined> {
  return retry(attempt, { ...pace, isWanted: () => !isUnwanted(), keepsAlive: true });
}
