// Folders of the tools folder: each is either there and complete, or not there.
import fs from "node:fs";
import path from "node:path";

/** Whether an earlier run has made this folder, and `files` (relative to it) are still there. */
export function isComplete(folder, files) {
  return files.every(file => fs.existsSync(path.join(folder, file)));
}

/**
 * Has `fill` fill a folder under another name, which becomes this one in a single step: an interrupted run leaves nothing
 * that looks complete. Only one set-up runs at a time, so what other runs have begun can go.
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

/** What a killed run had started may still be writing into its folder: then a later run removes it. */
function removeIfQuiet(folder) {
  try {
    remove(folder);
  } catch (error) {
    if (error.code !== "ENOTEMPTY") throw error;
  }
}
