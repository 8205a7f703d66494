import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { finalStates } from "../../server/src/protocol.ts";
import { type Gate, gatedNetwork } from "../support/gate.ts";
import { type Lab, leftovers, startLab } from "../support/lab.ts";
import { dist } from "../support/nixDocument.ts";
import { deadProcess } from "../support/records.ts";
import { refusal } from "../support/refusal.ts";
import { mustRun } from "../support/run.ts";
import { until } from "../support/until.ts";
import { buildToEnd, buildUntilRunning, copyNetwork, trustedClient, type Workspace } from "../support/workspace.ts";

// The disk of the storage folder is full. Needs to mount a small tmpfs (the suites run in a mount namespace of their own).

let lab: Lab;
let home: Workspace;
let storageDir: string;
let filler: string;

const here = { env: process.env, cwd: "/" };

before(async () => {
  lab = await startLab({ extraPlatforms: ["aarch64-linux"] });
  home = copyNetwork(lab, "home");
  storageDir = path.join(lab.dir, "small");
  filler = path.join(storageDir, "filler");
  mkdirSync(storageDir);
  await mustRun("mount", ["-t", "tmpfs", "-o", "size=1m", "small", storageDir], here);
});

after(async () => {
  await mustRun("umount", ["--lazy", storageDir], here);
  await lab.stop();
});

/** Fills the disk. */
function fill(): void {
  for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 2))
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: "a" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
}

/** A build that was recorded and whose supervisor was not started yet, on a disk that is full by now. */
async function recorded(gate: Gate): Promise<{ id: string; record: string; supervise: () => ChildProcess }> {
  const client = await trustedClient(lab, gate, { storageDir });
  const id = await buildUntilRunning(client, gate, gate.machine);
  const record = path.join(storageDir, "builds", id);
  const request = JSON.parse(readFileSync(path.join(record, "request.json"), "utf8"));
  await client.request("morph/cancel", { id });
  await client.build(id, ({ state }) => finalStates.has(state));
  await client.stop();
  await until("nothing runs", () => (leftovers(lab).length === 0 ? true : undefined));
  for (const file of readdirSync(record).filter(name => !["request.json", "evaluation.json", "drv"].includes(name)))
    rmSync(path.join(record, file), { recursive: true });
  writeFileSync(path.join(record, "request.json"), JSON.stringify({ ...request, owner: deadProcess }));
  fill();
  const program = path.join(dist, "supervisor.js");
  const env = { ...lab.env, ELECTRON_RUN_AS_NODE: "1" };
  return { id, record, supervise: () => spawn(process.execPath, [program, "run", record], { env, stdio: "ignore" }) };
}

test("a build that is cancelled before its supervisor can write runs no Nix and ends immediately", {
  timeout: 60_000,
}, async () => {
  const gate = gatedNetwork(lab);
  const { id, record, supervise } = await recorded(gate);
  const supervisor = supervise();
  const exited = once(supervisor, "exit");
  const client = await trustedClient(lab, gate, { storageDir });
  assert.equal((await client.build(id, () => true)).state, "queued");
  await client.request("morph/cancel", { id });
  await exited;
  assert.equal((await client.build(id, ({ state }) => finalStates.has(state))).state, "cancelled");
  assert.equal(existsSync(path.join(record, "events")), false);
  assert.ok(leftovers(lab).every(({ cmdline }) => !cmdline.includes("--realise")));
  await client.stop();
  rmSync(filler);
});

test("a build whose supervisor cannot write continues once there is space", { timeout: 60_000 }, async () => {
  const gate = gatedNetwork(lab);
  const { id, supervise } = await recorded(gate);
  supervise();
  const client = await trustedClient(lab, gate, { storageDir });
  assert.equal((await client.build(id, () => true)).state, "queued");
  rmSync(filler);
  gate.open();
  assert.equal((await client.build(id, ({ state }) => finalStates.has(state))).state, "succeeded");
  await client.stop();
});

test("a build that is cancelled when its end cannot be written is cancelled", { timeout: 60_000 }, async () => {
  const gate = gatedNetwork(lab);
  const client = await trustedClient(lab, gate, { storageDir });
  const id = await buildUntilRunning(client, gate, gate.machine);
  fill();
  await client.request("morph/cancel", { id });
  assert.equal((await client.build(id, ({ state }) => finalStates.has(state))).state, "cancelled");
  await client.stop();
  rmSync(filler);
});

test("a full disk is reported, loses no other record, and an affected build finishes once there is space", async () => {
  const client = await trustedClient(lab, home, { storageDir });
  const whole = await buildToEnd(client, home, "web01");
  assert.equal(whole.state, "succeeded");
  const id = await buildUntilRunning(client, home, "eiffel");
  fill();
  const problem = await refusal(client.request("morph/build", { uri: home.uri, machine: "db01" }));
  assert.equal(problem.code, "not-recorded");
  assert.match(problem.message, /disk is not full/);
  assert.equal((await client.request("morph/network", { textDocument: { uri: home.uri } })).machines.length, 3);
  await client.kill();

  const next = await trustedClient(lab, home, { storageDir });
  const states = new Map((await next.request("morph/builds", {})).map(build => [build.id, build.state]));
  assert.equal(states.get(whole.id), "succeeded");
  assert.ok(states.has(id));
  rmSync(filler);
  const ended = await next.build(id, ({ state }) => finalStates.has(state));
  assert.ok(["succeeded", "failed"].includes(ended.state), ended.state);
  if (ended.state === "failed") assert.match(ended.failure?.message ?? "", /full disk|No space left/i);
  assert.equal((await buildToEnd(next, home, "eiffel")).state, "succeeded");
  assert.equal((await buildToEnd(next, home, "db01")).state, "succeeded");
  await next.stop();
});
