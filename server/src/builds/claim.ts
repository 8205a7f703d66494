import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { readWhole, writeWhole } from "./files.ts";

const ownerFile = "owner.json";

/**
 * Claims a folder, so that nothing is built twice. Gives the id of the build that holds it already, or undefined when it is
 * ours. A claim whose build does not run any more is taken over.
 */
export async function claim(
  folder: string,
  id: string,
  isRunning: (id: string) => Promise<boolean>,
): Promise<string | undefined> {
  await mkdir(path.dirname(folder), { recursive: true, mode: 0o700 });
  for (;;) {
    try {
      await mkdir(folder, { mode: 0o700 });
      await writeWhole(path.join(folder, ownerFile), { id });
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = await readWhole<{ id: string }>(folder, ownerFile);
    if (owner !== undefined && (await isRunning(owner.id))) return owner.id;
    await rm(folder, { recursive: true, force: true });
  }
}
