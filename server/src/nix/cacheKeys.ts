import { chmod, mkdir, readFile, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import { errorProblem, type Outcome } from "../outcome.ts";
import type { CacheKeys } from "../protocol.ts";
import { exists } from "../storage/exists.ts";
import { type Nix, processProblem } from "./nix.ts";
import { storeDir } from "./storeDir.ts";

/**
 * Has Nix create the keys of a binary cache. Neither is ever overwritten: machines may trust the old one. The secret key is not
 * read. Problems: `keys-exist`, `no-keys`, `no-nix`.
 *
 * @param name of the key, which is part of each of its signatures.
 * @param folder is created if it does not exist, for its user only. An existing one must be like that.
 */
export async function createCacheKeys(nix: Nix, name: string, folder: string): Promise<Outcome<CacheKeys>> {
  if (isBelow(folder, storeDir(nix.env)))
    return {
      problem: errorProblem(
        "no-keys",
        l10n.t("{0} is in Nix's store, which all users of this machine can read. Choose another folder.", folder),
      ),
    };
  const secretKeyFile = path.join(folder, `${name}.secret`);
  const publicKeyFile = path.join(folder, `${name}.public`);
  for (const file of [secretKeyFile, publicKeyFile])
    if (await exists(file))
      return {
        problem: errorProblem(
          "keys-exist",
          l10n.t("{0} exists. Machines may trust this key: it is not overwritten.", file),
        ),
      };
  // Without Nix, no folder is left behind.
  const version = await nix.run("nix-store", ["--version"], { timeout: 30_000 });
  if (version.kind !== "exited" || version.code !== 0) return { problem: processProblem(version) };
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { mode, uid } = await stat(folder);
    // Another user who can write to it could replace the keys.
    if ((mode & 0o077) !== 0 || uid !== os.userInfo().uid)
      return { problem: noKeys(folder, `${folder}: mode ${octal(mode)}, user ${uid}`) };
  } catch (error) {
    return { problem: noKeys(folder, String(error)) };
  }
  const args = ["--generate-binary-cache-key", name, secretKeyFile, publicKeyFile];
  const end = await nix.run("nix-store", args, { timeout: 30_000 });
  if (end.kind !== "exited" || end.code !== 0) return { problem: processProblem(end) };
  try {
    // Nix creates it so, unless the umask or the file system has it otherwise.
    await chmod(secretKeyFile, 0o600);
    const { mode } = await stat(secretKeyFile);
    if ((mode & 0o077) !== 0) return { problem: noKeys(folder, `${secretKeyFile}: mode ${octal(mode)}`) };
    const publicKey = (await readFile(publicKeyFile, "utf8")).trim();
    return { value: { publicKey, publicKeyFile, secretKeyFile } };
  } catch (error) {
    return { problem: noKeys(folder, String(error)) };
  }
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}

function isBelow(folder: string, parent: string): boolean {
  return `${path.resolve(folder)}/`.startsWith(`${parent}/`);
}

function noKeys(folder: string, why: string) {
  const message = l10n.t(
    "{0} cannot be a folder that only you can read. Choose another one, which is created.",
    folder,
  );
  return errorProblem("no-keys", message, why);
}
