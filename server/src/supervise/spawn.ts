import { spawn } from "node:child_process";
import type { Command, CommandResult, ProcessIdentity } from "../records/format/schemas.ts";
import { identify } from "../records/processes/identity.ts";

/** A command that was started by this supervisor or by an earlier one. */
export interface RunningCommand {
  /** Undefined if it could not be started or ended immediately. */
  readonly identity: ProcessIdentity | undefined;
  /** Resolves when it has ended. Never rejects. */
  readonly ended: Promise<CommandResult>;
  /** Sends SIGINT. */
  interrupt(): void;
}

/** Starts this program with other arguments, in its own session. */
export function launchDetached(args: readonly string[]): void {
  const self = process.argv[1] ?? "";
  spawn(process.execPath, [self, ...args], { detached: true, stdio: "ignore", cwd: "/" }).unref();
}

/** Starts a command whose standard error is the event stream. @param events a descriptor */
export function spawnCommand({ file, args, cwd }: Command, events: number): RunningCommand {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const child = spawn(file, args, { cwd, env, stdio: ["ignore", "ignore", events] });
  const ended = new Promise<CommandResult>(resolve => {
    child.on("error", error => resolve(endOf({ error: error.message })));
    child.on("exit", (code, signal) => resolve(endOf({ code, signal })));
  });
  return {
    identity: child.pid === undefined ? undefined : identify(child.pid),
    ended,
    interrupt: () => child.kill("SIGINT"),
  };
}

/** The result of a command that ended just now. */
export function endOf(fields: Partial<CommandResult>): CommandResult {
  return { code: null, signal: null, at: new Date().toISOString(), ...fields };
}

/** Frees a part of a file (`fallocate` of util-linux). False if the program or the file system does not support it. */
export function punch(file: string, offset: number, length: number): Promise<boolean> {
  const args = ["--punch-hole", "--offset", String(offset), "--length", String(length), file];
  return new Promise(resolve => {
    spawn("fallocate", args, { stdio: "ignore", cwd: "/" })
      .on("error", () => resolve(false))
      .on("exit", code => resolve(code === 0));
  });
}
