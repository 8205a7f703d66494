import { rmdirSync, rmSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** Gives up after losing this many races for one lock in a row: something is wrong with the folder. */
const maxRounds = 1000;

/**
 * Takes a lock that survives a crash, so that nothing runs twice. Gives the id of the holder that has it already, or undefined when
 * it is ours, also when it was ours before: a server that was killed may have taken it for the same id. A lock whose holder does not
 * run any more is taken over. The folder appears with a file named as its owner, and is taken over by renaming that file, so that
 * of many who try at once one wins.
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

/** The same, of a folder whose parent must be there. */
export async function acquireWithin(
  folder: string,
  id: string,
  isRunning: (id: string) => Promise<boolean>,
): Promise<string | undefined> {
  const own = `${folder}.${id}`;
  // It is there where a process that was killed has left it.
  await succeeds(mkdir(own, { mode: 0o700 }), "EEXIST");
  try {
    await writeFile(path.join(own, id), "", { mode: 0o600 });
    for (let round = 0; round < maxRounds; round++) {
      if (await succeeds(rename(own, folder), "ENOTEMPTY", "EEXIST")) return undefined;
      const owners = await ownersOf(folder);
      if (owners.includes(id)) return undefined;
      for (const owner of owners) if (await isRunning(owner)) return owner;
      // Everyone tries to replace the same one, so that one of them succeeds.
      const [first] = owners;
      if (first === undefined) continue;
      if (await succeeds(rename(path.join(folder, first), path.join(folder, id)), "ENOENT")) return undefined;
    }
    throw new Error(`the lock ${folder} changes hands again and again`);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** Gives a lock back, unless another has taken it over. */
export function release(folder: string, id: string): void {
  try {
    rmSync(path.join(folder, id), { force: true });
    rmdirSync(folder);
  } catch {
    // It belongs to another by now, or cannot be removed: then it is taken over by the next who wants it.
  }
}

/** Who holds a lock: one, unless the folder is damaged. Empty when it was given back, or none holds it. */
export async function ownersOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

/** False when it failed because another was faster, with one of these codes. */
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
