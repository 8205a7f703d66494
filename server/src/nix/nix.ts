import path from "node:path";
import * as l10n from "@vscode/l10n";
import { type Log, silentLog } from "../logging/log.ts";
import { maskArguments } from "../logging/secrets.ts";
import type { Problem } from "../protocol.ts";
import { type ProcessEnd, type ProcessOptions, runProcess, withPath } from "./process.ts";

/** Nix's commands that we run. */
export type NixProgram = "nix" | "nix-instantiate" | "nix-store" | "nix-build";

export interface RunOptions extends Omit<ProcessOptions, "env"> {
  /** Variables besides those that every process gets. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Nix's command line with the environment that every one of its processes gets. */
export interface Nix {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The file that runs a program: a name for PATH, or a path below the setting's folder. */
  file(program: NixProgram): string;
  run(program: NixProgram, args: readonly string[], options?: RunOptions): Promise<ProcessEnd>;
  /** Runs any other program with the same environment. */
  runFile(file: string, args: readonly string[], options?: RunOptions): Promise<ProcessEnd>;
}

/** `nix-command` is off in a stock nix.conf, so every new-style command asks for it. */
export const newStyle = ["--extra-experimental-features", "nix-command"] as const;

/**
 * @param binDir the folder of Nix's commands; empty: found on PATH.
 * @param log gets each process with its duration and its end; what is run at each edit, with the text as its input, at `debug`.
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

/** Why a process gave nothing, when that was not for a reason of Nix's own. */
export function processProblem(end: ProcessEnd): Problem {
  switch (end.kind) {
    case "missing":
      return {
        code: "no-nix",
        severity: "error",
        message: l10n.t(
          "'{0}' was not found. Install Nix, or set morph.nix.binDir to the folder of its commands.",
          end.file,
        ),
      };
    case "cancelled":
      return { code: "cancelled", severity: "info", message: l10n.t("Cancelled.") };
    case "timed-out":
      return {
        code: "evaluation-timed-out",
        severity: "error",
        message: l10n.t("Nix was stopped: it ran longer than {0} seconds.", Math.round(end.timeout / 1000)),
      };
    case "killed":
      return {
        code: "killed",
        severity: "error",
        message: l10n.t(
          "Nix was killed by {0}. If memory ran out, evaluate fewer machines at once or free some.",
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
