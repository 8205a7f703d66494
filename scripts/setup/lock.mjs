// One setup at a time: two checkouts, or a test run and a demo, share the tools folder.
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toolsDir } from "../paths.mjs";
import { SetupError } from "./run.mjs";

const file = path.join(toolsDir, "setup.lock");

/** Runs `work` under a lock; a lock whose process is gone is taken over. */
export async function withLock(work) {
  prepare();
  let told = false;
  while (!claim()) {
    if (!told) console.log("setup: waiting for another set-up to end");
    told = true;
    await sleep(300);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function prepare() {
  try {
    fs.mkdirSync(toolsDir, { recursive: true });
    fs.accessSync(toolsDir, fs.constants.W_OK);
  } catch (error) {
    throw new SetupError(`The tools folder cannot be written to (MORPH_TOOLS_DIR names another): ${error.message}`);
  }
}

/** The lock is a link whose target is text, so that it is created with its content atomically. */
function claim() {
  try {
    fs.symlinkSync(identity(process.pid), file);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  const holder = readHolder();
  if (holder === undefined || identity(holder.split(" ")[0]) === holder) return false;
  fs.rmSync(file, { force: true });
  return claim();
}

function readHolder() {
  try {
    return fs.readlinkSync(file);
  } catch {
    return undefined;
  }
}

/** A process's id with its start time, so that a later process with the same id differs; undefined if it has ended. */
function identity(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : `${pid} ${fields[19]}`;
  } catch {
    return undefined;
  }
}
