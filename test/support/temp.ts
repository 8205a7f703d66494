import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A new folder below the machine's temporary one. Its name is short: Unix sockets live in such folders. */
export function tempFolder(prefix: string): string {
  return fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), `${prefix}-`));
}

/** Removes a folder, even if it contains a Nix store, whose folders are read-only. */
export async function removeTree(folder: string): Promise<void> {
  if (!fs.existsSync(folder)) return;
  await run("chmod", ["-R", "u+rwX", folder]);
  fs.rmSync(folder, { recursive: true, force: true });
}
