import type { Nix } from "../../server/src/nix/nix.ts";
import type { ProcessEnd } from "../../server/src/nix/process.ts";

/** A Nix that responds to a command line (program and arguments, separated by spaces) without starting a process. */
export function fakeNix(answer: (commandLine: string) => ProcessEnd, asked: string[] = []): Nix {
  const runFile: Nix["runFile"] = async (file, args) => {
    const commandLine = [file, ...args].join(" ");
    asked.push(commandLine);
    return answer(commandLine);
  };
  return { env: {}, file: program => program, runFile, run: runFile };
}

export function exited(code: number, stdout: string, stderr = ""): ProcessEnd {
  return { kind: "exited", code, stdout, stderr };
}
