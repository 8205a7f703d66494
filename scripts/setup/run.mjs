// How setup steps run commands and report their results.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

/** A setup step that cannot continue: the message is a complete explanation, no stack is needed. */
export class SetupError extends Error {}

/** Runs `work` and prints one line with its duration in seconds. */
export async function step(title, work) {
  const start = Date.now();
  const result = await work();
  console.log(`setup: ${title} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  return result;
}

/** Signals that end a setup only after its current command has ended. */
const interruptions = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs a command and returns its stdout.
 * Throws a SetupError with the start and end of its output if it cannot start or exits with a code other than 0.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let output = "";
    child.stdout.setEncoding("utf8").on("data", text => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", text => {
      output += text;
    });
    const line = [command, ...args].join(" ");
    const forward = signal => child.kill(signal);
    for (const signal of interruptions) process.on(signal, forward);
    child.once("error", error => reject(new SetupError(`${line}\ncannot be started: ${error.message}`)));
    child.once("close", (code, signal) => {
      for (const each of interruptions) process.off(each, forward);
      if (code === 0) resolve(stdout);
      else reject(new SetupError(`${line}\nended with ${signal ?? `code ${code}`}:\n${ends(output)}`));
    });
  });
}

/** The path of `command` on PATH or among the system's own programs; undefined if it does not exist. */
export function findCommand(command) {
  const folders = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/sbin", "/sbin"];
  return folders.map(folder => path.join(folder, command)).find(isExecutable);
}

function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The first lines usually say what failed, and the last ones why. */
function ends(text, lines = 12) {
  const all = text.trimEnd().split("\n");
  return all.length <= 2 * lines ? all.join("\n") : [...all.slice(0, lines), "...", ...all.slice(-lines)].join("\n");
}
