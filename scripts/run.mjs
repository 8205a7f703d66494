// Runs programs for the project's scripts.
import { spawn } from "node:child_process";
import { root } from "./paths.mjs";

/** Runs a program in the project's folder with inherited output. Returns its exit code. */
export function run(file, args, { env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, env, stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
}

/** Runs a program and exits this process if it fails. */
export async function must(file, args, options) {
  const code = await run(file, args, options);
  if (code !== 0) process.exit(code);
}

/** The script of an npm package's program, to be run by Node without a shell. */
export function bin(name) {
  return `${root}/node_modules/.bin/${name}`;
}
