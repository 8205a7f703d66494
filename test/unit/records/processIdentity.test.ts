import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { test } from "node:test";
import { identify, isAlive } from "../../../server/src/records/processes/identity.ts";
import { thisProcess } from "../../support/records.ts";
import { until } from "../../support/until.ts";

test("this process is alive, and always the same", () => {
  assert.ok(isAlive(thisProcess()));
  assert.deepEqual(thisProcess(), thisProcess());
  assert.equal(thisProcess().pid, process.pid);
});

test("a process that has ended and was not waited for is not alive", async () => {
  // The shell's child ends when the shell has become a program that never asks for it.
  const script = "(until grep -q sleep /proc/$$/comm; do :; done) & echo $!; exec sleep 60";
  const parent = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [output] = await once(parent.stdout, "data");
    const child = Number(output);
    await until("the child ends", () => (identify(child) === undefined ? true : undefined));
    assert.match(fs.readFileSync(`/proc/${child}/stat`, "utf8"), /\) Z /);
  } finally {
    parent.kill();
  }
});

test("an identity survives JSON", () => {
  assert.ok(isAlive(JSON.parse(JSON.stringify(thisProcess()))));
});

test("another process that got the same pid is not the one", () => {
  const own = thisProcess();
  assert.ok(!isAlive({ ...own, startTime: own.startTime + 1 }));
});

test("a process of another boot is dead, even if pid and start time are the same", () => {
  assert.ok(!isAlive({ ...thisProcess(), bootId: "another" }));
});

test("an unused pid has no identity", () => {
  // Linux has no pids beyond 2^22.
  assert.equal(identify(2 ** 22 + 1), undefined);
  assert.ok(!isAlive({ ...thisProcess(), pid: 2 ** 22 + 1 }));
});
