import path from "node:path";
import * as l10n from "@vscode/l10n";
import { type Log, silentLog } from "../logging/log.ts";
import { maskArguments } from "../logging/secrets.ts";
import type { Problem } from "../protocol.ts";
import { type ProcessEnd, type ProcessOptions, runProcess, withPath } from "./process.ts";

/** The Nix commands that we run. */
export type NixProgram = "nix" | "nix-instantiate" | "nix-store" | "nix-build";

export interface RunOptions extends Omit<ProcessOptions, "env"> {
  /** Variables in addition to those of every process. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Nix's command line, with the environment of its processes. */
export interface Nix {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The file to run: a name to find on PATH, or a path in the configured folder. */
  file(program: NixProgram): string;
  run(program: NixProgram, args: readonly string[], options?: RunOptions): Promise<ProcessEnd>;
  /** Runs any other program with the same environment. */
  runFile(file: string, args: readonly string[], options?: RunOptions): Promise<ProcessEnd>;
}

/** `nix-command` is off in a stock nix.conf, so every new-style command enables it. */
export const newStyle = ["--extra-experimental-features", "nix-command"] as const;

/**
 * @param binDir the folder of Nix's commands; empty: found on PATH.
 * @param log gets each process with its duration and result; at level `debug` those that run at each edit, with the text as
 * input.
 */
export function createNix(
  env: Readonly<Record<string, string | undefined>>,
  binDir: string,
  log: Log = silentLog,
): Nix {
  const whole = withPath(env, binDir);
  const file = (program: string) => (binDir === "" ? program : path.join(binDir, program));
  const runFile: Nix["runFile"] = async (name, args, { env: more, ...options } = {}) => {
    const started = Date.now();
    const end = await runProcess(name, args, { ...options, env: { ...whole, ...more } });
    const line = `${[name, maskArguments(args)].join(" ").trim()}: ${endText(end)} after ${Date.now() - started} ms`;
    log[options.stdin === undefined ? "info" : "debug"](line);
    return end;
  };
  return { env: whole, file, runFile, run: (program, args, options) => runFile(file(program), args, options) };
}

function endText(end: ProcessEnd): string {
  switch (end.kind) {
    case "exited":
      return `exit code ${end.code}`;
    case "killed":
      return `killed by ${end.signal}`;
    case "missing":
      return "not found";
    case "timed-out":
      return "timed out";
    case "cancelled":
      return "cancelled";
  }
}

/** The problem of a process that returned no result, if Nix itself reported no error. */
export function processProblem(end: ProcessEnd): Problem {
  switch (end.kind) {
    case "missing":
      return {
        code: "no-nix",
        severity: "error",
        message: l10n.t(
          "'{0}' was not found. Install Nix, or set morph.nix.binDir to the directory that contains its commands.",
          end.file,
        ),
      };
    case "cancelled":
      return { code: "cancelled", severity: "info", message: l10n.t("Cancelled.") };
    case "timed-out":
      return {
        code: "evaluation-timed-out",
        severity: "error",
        message: l10n.t("Nix timed out after {0} seconds.", Math.round(end.timeout / 1000)),
      };
    case "killed":
      return {
        code: "killed",
        severity: "error",
        message: l10n.t(
          "Nix was killed by {0}. If memory ran out, evaluate fewer machines in parallel or free some memory.",
          end.signal,
        ),
        detail: end.stderr,
      };
    case "exited":
      return {
        code: "nix-failed",
        severity: "error",
        message: l10n.t("Nix failed with exit code {0}.", end.code),
        detail: end.stderr,
      };
  }
}
