import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import { descendants, isAlive, killTree } from "./processes.ts";
import { until } from "./until.ts";

/** How a server in the foreground is started. */
export interface DaemonOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** A file for what it prints. */
  readonly log: string;
  /** Resolves with true once the server responds. */
  readonly isReady: () => Promise<boolean>;
  /** How long the start may take, in ms. */
  readonly timeout?: number;
}

/** A server that runs as a child process and dies with us, even if we are killed. */
export interface Daemon {
  readonly pid: number;
  /** Asks it to end with SIGTERM, kills it after 5 s, and what is then left of its children after 2 s. */
  stop(): Promise<void>;
  /** Kills it and its children immediately. */
  kill(): Promise<void>;
}

/** Starts a server and waits until it responds. Throws with its output if it exits or never responds. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const log = fs.openSync(options.log, "a");
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", options.command, ...options.args], {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", log, log],
  });
  fs.closeSync(log);
  const ended = new Promise<void>(resolve => child.once("close", () => resolve()).once("error", () => resolve()));
  const pid = child.pid;
  if (pid === undefined) throw new Error(`setpriv of util-linux cannot be started for ${options.command}`);
  // The pid of a process that has ended may be reused.
  const kill = async () => {
    if (!hasEnded(child)) await killTree(pid);
    await ended;
  };
  try {
    await until(`${options.command} answers`, () => answers(child, options.isReady), options.timeout);
  } catch (error) {
    await kill();
    throw new Error(`${error instanceof Error ? error.message : error}\n${fs.readFileSync(options.log, "utf8")}`);
  }
  const stop = async () => {
    if (hasEnded(child)) return;
    const children = descendants(pid);
    const gone = (pids: readonly number[]) => () => (pids.some(isAlive) ? undefined : true);
    child.kill("SIGTERM");
    await until("it ends", gone([pid]), 5_000).catch(() => undefined);
    await kill();
    const rest = children.map(each => each.pid);
    await until("its children end", gone(rest), 2_000).catch(() => Promise.all(rest.map(killTree)));
  };
  return { pid, stop, kill };
}

async function answers(child: ChildProcess, isReady: () => Promise<boolean>): Promise<true | undefined> {
  if (hasEnded(child)) throw new Error("it has ended at once");
  return (await isReady()) || undefined;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
