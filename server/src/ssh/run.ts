import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Nix } from "../nix/nix.ts";
import type { ProcessEnd } from "../nix/process.ts";
import { knownHostsLine, remoteCommand, sshArguments } from "./command.ts";
import type { SshTarget } from "./target.ts";

/** Runs commands on other machines. */
export interface Ssh {
  /** Variables and folder of commands: `ssh` is found as Nix finds it. */
  readonly nix: Nix;
  /** A folder of ours for known_hosts files; it is created when needed. */
  readonly folder: string;
}

export interface RemoteOptions {
  /** How long it may take, connecting included (ms). */
  readonly timeout: number;
  /** What it may print (bytes). Default: 1 MiB. */
  readonly maxOutput?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Further arguments for ssh, before those of the target. */
  readonly options?: readonly string[] | undefined;
}

const defaultOutput = 1024 * 1024;

/**
 * Runs a POSIX shell script on another machine, to its end and within bounds.
 *
 * @param script comes on its standard input, so it is not limited in length; it must not contain text of users.
 * @param args its `$1`, `$2`, ...: any text but NUL.
 * @returns exit code 255 if ssh itself failed; its reason is in `stderr`.
 */
export async function runThere(
  { nix, folder }: Ssh,
  target: SshTarget,
  script: string,
  args: readonly string[],
  { timeout, maxOutput = defaultOutput, signal, options = [] }: RemoteOptions,
): Promise<ProcessEnd> {
  const wanted = { ...target, options: [...options, ...target.options] };
  const knownHosts = await knownHostsFile(folder, target);
  const connectTimeout = Math.max(1, Math.floor(timeout / 1000));
  const all = sshArguments(wanted, remoteCommand(args), { connectTimeout, knownHosts });
  return nix.runFile("ssh", all, { stdin: script, timeout, maxOutput, signal });
}

/** The file with the pinned key of a target; undefined if none is pinned. Its content never changes once it exists. */
export async function knownHostsFile(folder: string, target: SshTarget): Promise<string | undefined> {
  const line = knownHostsLine(target);
  if (line === undefined) return undefined;
  const file = path.join(folder, `known_hosts-${createHash("sha256").update(line).digest("hex").slice(0, 16)}`);
  if ((await readFile(file, "utf8").catch(() => undefined)) === line) return file;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, line, { mode: 0o600 });
  await rename(temporary, file);
  return file;
}
