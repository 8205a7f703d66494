import { constants, setPriority } from "node:os";
import path from "node:path";
import { execa } from "execa";

/** How a process ended. Its output is decoded as UTF-8, without the last line end. */
export type ProcessEnd =
  | { readonly kind: "exited"; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: "killed"; readonly signal: string; readonly stderr: string }
  | { readonly kind: "missing"; readonly file: string }
  /** It exceeded its timeout, and was killed with all its child processes. */
  | { readonly kind: "timed-out"; readonly timeout: number }
  | { readonly kind: "cancelled" };

export interface ProcessOptions {
  readonly cwd?: string | undefined;
  /** The whole environment; nothing else is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which it is killed with all its child processes. With a timeout it gets its own process group. */
  readonly timeout?: number | undefined;
  /** True: runs with low priority. */
  readonly background?: boolean | undefined;
  /** Reads stdout as it arrives, with back-pressure; it is not collected then. If this rejects, the process is killed. */
  readonly readStdout?: ((stdout: AsyncIterable<Buffer>) => Promise<void>) | undefined;
  /** A process that prints more than this is killed (bytes). Does not apply to what `readStdout` gets. */
  readonly maxOutput?: number | undefined;
  /** Gets each line of stderr as it arrives. */
  readonly onStderrLine?: ((line: string) => void) | undefined;
}

/** The default of `maxOutput` (bytes). */
const defaultOutput = 64 * 1024 * 1024;

/**
 * Kills the running processes. During an evaluation Nix does not react to SIGINT or SIGTERM, and there is no time to wait for
 * its end.
 */
const running = new Set<() => void>();
process.once("exit", () => {
  for (const kill of running) kill();
});

/**
 * Runs a program to its end: with an array of arguments, never through a shell. This and `supervise/spawn.ts` are the only
 * places that start a process. Cancelling sends SIGINT, which lets Nix clean up, and SIGKILL five seconds later, or when our
 * own process exits.
 */
export async function runProcess(file: string, args: readonly string[], options: ProcessOptions): Promise<ProcessEnd> {
  const { cwd, env, stdin, signal, timeout, background = false, maxOutput = defaultOutput } = options;
  const { onStderrLine, readStdout } = options;
  const child = execa(file, args, {
    env,
    extendEnv: false,
    forceKillAfterDelay: 5000,
    killSignal: "SIGINT",
    maxBuffer: maxOutput,
    reject: false,
    ...(cwd !== undefined && { cwd }),
    ...(signal !== undefined && { cancelSignal: signal }),
    ...(timeout !== undefined && { detached: true }),
    ...(onStderrLine !== undefined && { stderr: tee(onStderrLine) }),
    ...(readStdout !== undefined && { buffer: { stdout: false } }),
    ...(stdin === undefined ? { stdin: "ignore" as const } : { input: stdin }),
  });
  if (background) lowerPriority(child.pid);
  const kill = () => (timeout === undefined ? void child.kill("SIGKILL") : killGroup(child.pid));
  let timedOut = false;
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          kill();
        }, timeout);
  running.add(kill);
  // execa only stops reading: a program that ignores a closed pipe would run forever.
  const collected = readStdout === undefined ? [child.stdout, child.stderr] : [child.stderr];
  for (const stream of collected) stream?.on("data", atMost(maxOutput, kill));
  const [result] = await Promise.all([child, child.stdout && readStdout?.(child.stdout).catch(kill)]);
  running.delete(kill);
  clearTimeout(timer);
  if (timedOut) return { kind: "timed-out", timeout: timeout ?? 0 };
  if (result.isCanceled) return { kind: "cancelled" };
  if (result.exitCode !== undefined)
    return { kind: "exited", code: result.exitCode, stdout: result.stdout ?? "", stderr: result.stderr };
  if (result.signal !== undefined) return { kind: "killed", signal: result.signal, stderr: result.stderr };
  return { kind: "missing", file };
}

/** Lowers a process's priority, if it is still running. */
function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already.
  }
}

/** Counts the bytes of a stream and calls `exceeded` when there are more than `limit`. */
function atMost(limit: number, exceeded: () => void): (chunk: Uint8Array | string) => void {
  let length = 0;
  return chunk => {
    length += chunk.length;
    if (length > limit) exceeded();
  };
}

/** Kills a process group, if it still exists. */
function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** Passes lines on, and reports each of them. */
function tee(onLine: (line: string) => void) {
  return function* (line: unknown) {
    onLine(String(line));
    yield line;
  };
}

/** The variables with `folder` (unless empty) first on PATH. */
export function withPath(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): Record<string, string | undefined> {
  if (folder === "") return { ...env };
  return { ...env, PATH: [folder, env.PATH].filter(Boolean).join(path.delimiter) };
}
