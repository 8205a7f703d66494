// Folders of the tools folder: each is either complete or does not exist.
import fs from "node:fs";
import path from "node:path";

/** Whether an earlier run has created this folder, and `files` (relative to it) still exist. */
export function isComplete(folder, files) {
  return files.every(file => fs.existsSync(path.join(folder, file)));
}

/**
 * Has `fill` fill a temporary folder, which is then renamed atomically: an interrupted run leaves nothing
 * that looks complete. Only one setup runs at a time, so leftovers of other runs can be removed.
 */
export async function makeFolder(folder, fill) {
  const parent = path.dirname(folder);
  const begun = `${path.basename(folder)}.partial-`;
  fs.mkdirSync(parent, { recursive: true });
  for (const name of fs.readdirSync(parent)) {
    if (name.startsWith(begun)) removeIfQuiet(path.join(parent, name));
  }
  const partial = fs.mkdtempSync(path.join(parent, begun));
  try {
    await fill(partial);
    remove(folder);
    fs.renameSync(partial, folder);
  } catch (error) {
    remove(partial);
    throw error;
  }
}

function remove(folder) {
  fs.rmSync(folder, { recursive: true, force: true });
}

/** Processes of a killed run may still be writing into its folder: then a later run removes it. */
function removeIfQuiet(folder) {
  try {
    remove(folder);
  } catch (error) {
    if (error.code !== "ENOTEMPTY") throw error;
  }
}
