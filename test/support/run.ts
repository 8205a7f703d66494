import { spawn } from "node:child_process";

/** How a command ended and what it wrote. */
export interface RunResult {
  /** Its exit code; 128 or more if it was killed by a signal, as in shells. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to completion; a failure is a result as well. Throws only if it cannot be started. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.once("error", reject);
    child.once("close", code => {
      resolve({
        code: code ?? 128,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });
}

/** Like `run`, and throws with the command and its stderr when it fails. Returns stdout without its last newline. */
export async function mustRun(
  command: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): Promise<string> {
  const result = await run(command, args, options);
  if (result.code === 0) return result.stdout.trimEnd();
  throw new Error(`${[command, ...args].join(" ")}\nended with code ${result.code}:\n${result.stderr}`);
}
