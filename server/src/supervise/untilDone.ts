import { existsSync } from "node:fs";
import path from "node:path";
import { commandFiles } from "../records/format/files.ts";
import type { CommandResult, SupervisedProcess } from "../records/format/schemas.ts";
import { writeWhole } from "../storage/wholeFile.ts";
import { retry } from "../util/retry.ts";

/** What cannot be written (a full disk) is tried again this often (ms). */
const pace = { first: 1000, longest: 1000 };

/** Whether a record was removed. */
export function isGone(record: string): boolean {
  return !existsSync(record);
}

/** Writes a file of the record. Whether it was written: not when the record is gone, or it `isUnwanted` and cannot be. */
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

/** Tries until it does not throw, as on a full disk; undefined when it is not wanted any more, which is looked at often. */
export function untilDone<T>(attempt: () => Promise<T>, isUnwanted: () => boolean): Promise<T | undefined> {
  return retry(attempt, { ...pace, isWanted: () => !isUnwanted(), keepsAlive: true });
}
