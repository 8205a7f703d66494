// How set-up steps start commands and tell what they did.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

/** A set-up step that cannot go on: the message is a whole explanation, no stack is needed. */
export class SetupError extends Error {}

/** Runs `work` and prints one line with the seconds that it took. */
export async function step(title, work) {
  const start = Date.now();
  const result = await work();
  console.log(`setup: ${title} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  return result;
}

/** Whoever ends a set-up by these waits until the command that it runs has ended. */
const interruptions = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs a command to its end and gives what it wrote to stdout.
 * Throws a SetupError with the ends of its output when it cannot start or ends with another code than 0.
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

/** Where `command` is on PATH or among the system's own programs; undefined if nowhere. */
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

/** The first lines say what failed, most often, and the last ones why. */
function ends(text, lines = 12) {
  const all = text.trimEnd().split("\n");
  return all.length <= 2 * lines ? all.join("\n") : [...all.slice(0, lines), "...", ...all.slice(-lines)].join("\n");
}
