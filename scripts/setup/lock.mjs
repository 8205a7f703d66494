// One set-up at a time: two checkouts, or a test run and a demo, share the tools folder.
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toolsDir } from "../paths.mjs";
import { SetupError } from "./run.mjs";

const file = path.join(toolsDir, "setup.lock");

/** Runs `work` while no other process does; a lock whose process is gone counts for nothing. */
export async function withLock(work) {
  try {
    fs.mkdirSync(toolsDir, { recursive: true });
    fs.accessSync(toolsDir, fs.constants.W_OK);
  } catch (error) {
    throw new SetupError(`The tools folder cannot be written to (MORPH_TOOLS_DIR names another): ${error.message}`);
  }
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

function claim() {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  if (!isAlive(readPid())) fs.rmSync(file, { force: true });
  return false;
}

function readPid() {
  try {
    return Number(fs.readFileSync(file, "utf8"));
  } catch {
    return 0;
  }
}

/** A file that is still empty belongs to a process that is just writing it. */
function isAlive(pid) {
  if (!pid) return fs.existsSync(file) && Date.now() - fs.statSync(file).mtimeMs < 5_000;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
