import type { Nix } from "../../../nix/nix.ts";
import type { ProcessEnd } from "../../../nix/process.ts";
import { remoteCommand, sshArguments } from "../../../ssh/command.ts";
import { knownHostsFile } from "../../../ssh/run.ts";
import { sshTarget } from "../../../ssh/target.ts";

/** What reaching builders needs from the rest of the server. */
export interface SshParts {
  nix(): Nix;
  /** Of this machine's Nix; undefined while it is not known. */
  nixVersion(): string | undefined;
  /** A folder for ssh's known_hosts files. */
  readonly folder: string;
  /** The text of `server/sh/builder.sh`. */
  script(): Promise<string>;
}

/** How a command of the script ended; undefined: this machine's Nix is not known, or does not reach that store over ssh. */
export type ScriptEnd = ProcessEnd | undefined;

export interface ScriptOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long it may take (ms). Default: as long as it does. */
  readonly timeout?: number | undefined;
  /** Reads its output as it arrives. */
  readonly readStdout?: ((stdout: AsyncIterable<Buffer>) => Promise<void>) | undefined;
}

/** How long connecting may take (s). */
const connectTimeout = 8;

/** What the script may print if its output is collected (bytes). */
const maxOutput = 1024 * 1024;

/** Runs the script for builds in a builder's store: through the ssh connection that Nix would make. */
export class BuilderAccess {
  readonly store: string;
  readonly #parts: SshParts;

  /** @param store the address of its store, with the settings that Nix needs to reach it (`storeUri`). */
  constructor(store: string, parts: SshParts) {
    this.store = store;
    this.#parts = parts;
  }

  get nix(): Nix {
    return this.#parts.nix();
  }

  /** Whether this machine's Nix is known, which is not so in a workspace that is not trusted: nothing runs then. */
  get isReady(): boolean {
    return this.#parts.nixVersion() !== undefined;
  }

  /** The script, as an argument of `start`. */
  script(): Promise<string> {
    return this.#parts.script();
  }

  /** Runs a command of the script. Exit code 255: ssh failed. */
  async run(args: readonly string[], { signal, timeout, readStdout }: ScriptOptions = {}): Promise<ScriptEnd> {
    const { nix } = this;
    const version = this.#parts.nixVersion();
    const target = version === undefined ? undefined : sshTarget({ uri: this.store }, { version, env: nix.env });
    if (target === undefined) return undefined;
    const knownHosts = await knownHostsFile(this.#parts.folder, target);
    const all = sshArguments(target, remoteCommand(args), { connectTimeout, knownHosts });
    return nix.runFile("ssh", all, { stdin: await this.script(), signal, timeout, readStdout, maxOutput });
  }
}
