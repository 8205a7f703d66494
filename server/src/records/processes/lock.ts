import { rmdirSync, rmSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** Gives up after losing this many races for one lock: something is wrong with the folder. */
const maxRounds = 1000;

/**
 * Acquires a lock that survives a crash, so that nothing runs twice. Returns the id of the current holder, or undefined if the lock
 * is ours, even if it already was: a server that was killed may have acquired it for the same id. A lock whose holder is no longer
 * running is taken over. The lock is a folder that contains a file named after its owner; it is taken over by renaming that file,
 * so that one of several concurrent attempts wins.
 *
 * @throws when the folder cannot be written.
 */
export async function acquire(
  folder: string,
  id: string,
  isRunning: (id: string) => Promise<boolean>,
): Promise<string | undefined> {
  await mkdir(path.dirname(folder), { recursive: true, mode: 0o700 });
  return acquireWithin(folder, id, isRunning);
}

/** The same for a folder whose parent must exist. */
export async function acquireWithin(
  folder: string,
  id: string,
  isRunning: (id: string) => Promise<boolean>,
): Promise<string | undefined> {
  const own = `${folder}.${id}`;
  // It exists if a process that was killed left it behind.
  await succeeds(mkdir(own, { mode: 0o700 }), "EEXIST");
  try {
    await writeFile(path.join(own, id), "", { mode: 0o600 });
    for (let round = 0; round < maxRounds; round++) {
      if (await succeeds(rename(own, folder), "ENOTEMPTY", "EEXIST")) return undefined;
      const owners = await ownersOf(folder);
      if (owners.includes(id)) return undefined;
      for (const owner of owners) if (await isRunning(owner)) return owner;
      // All attempts replace the same owner, so that one of them succeeds.
      const [first] = owners;
      if (first === undefined) continue;
      if (await succeeds(rename(path.join(folder, first), path.join(folder, id)), "ENOENT")) return undefined;
    }
    throw new Error(`the lock ${folder} changes hands again and again`);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** Releases a lock, unless another process has taken it over. */
export function release(folder: string, id: string): void {
  try {
    rmSync(path.join(folder, id), { force: true });
    rmdirSync(folder);
  } catch {
    // It has a new owner, or cannot be removed; then the next process that needs it takes it over.
  }
}

/** The holders of a lock: one, unless the folder is damaged; none when it is free. */
export async function ownersOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

/** False when it failed with one of these codes, because another process was faster. */
async function succeeds(action: Promise<unknown>, ...codes: readonly string[]): Promise<boolean> {
  try {
    await action;
    return true;
  } catch (error) {
    if (codes.includes(codeOf(error))) return false;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}
