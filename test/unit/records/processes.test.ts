import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, test } from "node:test";
import { identify, isAlive } from "../../../server/src/records/processes/identity.ts";
import { processesOf } from "../../../server/src/records/processes/processes.ts";
import { killTree } from "../../../server/src/records/processes/tree.ts";
import { descendants } from "../../support/processes.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";
import { until } from "../../support/until.ts";

const record = "/storage/builds/0lvxa2c00-0000000a";
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A process that waits, with these arguments. */
async function waiting(...args: readonly string[]): Promise<number> {
  const child = spawn("sh", ["-c", "sleep 100; :", ...args], { stdio: "ignore" });
  children.push(child);
  return until("the process runs", () => (descendants(child.pid ?? 0).length > 0 ? child.pid : undefined));
}

/** A supervisor in all but name. */
async function supervisor(...args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, "../../support/waits.mjs"), ...args]);
  children.push(child);
  return until("the process runs", () => (child.pid !== undefined && identify(child.pid) ? child.pid : undefined));
}

test("Nix is found by the root that it is to make, wherever the storage folder is said to lie", async () => {
  const pid = await waiting("--realise", "/x.drv", "--add-root", `/link/to${record}/result`, "--indirect");
  await waiting("--realise", "/x.drv", "--add-root", `${record}/built/1-0`);
  await waiting("--realise", "/x.drv", "--add-root", "/storage/builds/0lvxa2c00-0000000b/result");
  await waiting("--query", `${record}/result`);
  assert.deepEqual(processesOf(record), { supervisors: [], command: identify(pid) });
});

test("a Nix that has no arguments yet is found by the event stream that it writes", async () => {
  const storage = tempFolder("processes");
  const folder = path.join(storage, "builds/0lvxa2c00-0000000c");
  mkdirSync(folder, { recursive: true });
  const silent = async (name: string) => {
    const events = openSync(path.join(folder, name), "a");
    const script = 'process.title = ""; console.log("ready"); setInterval(() => undefined, 60_000)';
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", events] });
    closeSync(events);
    children.push(child);
    assert.ok(child.stdout);
    await once(child.stdout, "data");
    return identify(child.pid ?? 0);
  };
  await silent("clock");
  assert.equal(processesOf(folder)?.command, undefined);
  const nix = await silent("events");
  assert.equal(readFileSync(`/proc/${nix?.pid}/cmdline`, "utf8").replaceAll("\0", ""), "");
  assert.deepEqual(processesOf(folder), { supervisors: [], command: nix });
  await removeTree(storage);
});

test("supervisors are found by their record, also while they are being launched", async () => {
  const pids = [await supervisor("run", record), await supervisor("launch", record, "adopt")];
  await supervisor("run", `${record}b`);
  await supervisor("watch", record);
  const found = processesOf(record);
  assert.deepEqual(new Set(found?.supervisors.map(({ pid }) => pid)), new Set(pids));
  assert.equal(found?.command, undefined);
});

test("a process is killed with its descendants", async () => {
  const pid = await waiting();
  const root = identify(pid);
  const below = descendants(pid).flatMap(each => identify(each.pid) ?? []);
  assert.ok(root && below.length > 0);
  killTree(root);
  await until("all are dead", () => ([root, ...below].some(isAlive) ? undefined : true));
});
