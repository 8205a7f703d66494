import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { finalStates } from "../../server/src/protocol.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { refusal } from "../support/refusal.ts";
import { mustRun } from "../support/run.ts";
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

/** Writes until nothing more fits. */
function fill(): void {
  for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 2))
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: "a" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
}

test("a full disk is told, loses no other record, and a build that it met comes to its end once there is room", async () => {
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
