import { rmdirSync, rmSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/**
 * Claims a folder, so that nothing is built twice. Gives the id of the build that holds it already, or undefined when it is
 * ours. A claim whose build does not run any more is taken over. The folder appears with a file named as its owner, and is
 * taken over by renaming that file, so that of many who claim at once one wins.
 */
export async function claim(
  folder: string,
  id: string,
  isRunning: (id: string) => Promise<boolean>,
): Promise<string | undefined> {
  const own = `${folder}.${id}`;
  await mkdir(own, { recursive: true, mode: 0o700 });
  try {
    await writeFile(path.join(own, id), "", { mode: 0o600 });
    for (;;) {
      if (await succeeds(rename(own, folder), "ENOTEMPTY", "EEXIST")) return undefined;
      const owner = await ownerOf(folder);
      if (owner === undefined) continue;
      if (await isRunning(owner)) return owner;
      if (await succeeds(rename(path.join(folder, owner), path.join(folder, id)), "ENOENT")) return undefined;
    }
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** Gives a claim back, unless somebody has taken it over. */
export function release(folder: string, id: string): void {
  try {
    rmSync(path.join(folder, id), { force: true });
    rmdirSync(folder);
  } catch {
    // It is somebody else's by now, or cannot be removed: then it is taken over by the next who wants it.
  }
}

/** Undefined when the claim was given back meanwhile. */
async function ownerOf(folder: string): Promise<string | undefined> {
  try {
    return (await readdir(folder))[0];
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** False when it failed because somebody else was faster, with one of these codes. */
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
