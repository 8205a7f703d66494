import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { Isolation } from "../../../server/src/builds/isolation.ts";

/** Nothing else of this process runs meanwhile (ms). */
function standStill(time: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, time);
}

test("a record whose disk does not respond is skipped until it does", async () => {
  const isolation = new Isolation(50);
  let resolve = () => {};
  const promise = new Promise<void>(done => {
    resolve = done;
  });
  assert.equal(await isolation.run("a", () => promise), false);
  assert.equal(isolation.isStuck("a"), true);
  assert.equal(await isolation.run("a", () => assert.fail("it is asked again")), true);
  assert.equal(await isolation.run("b", async () => undefined), true);
  resolve();
  await promise;
  await new Promise(setImmediate);
  assert.equal(isolation.isStuck("a"), false);
});

test("a process that was suspended does not mistake that for a disk that does not respond", async () => {
  const isolation = new Isolation(1000);
  const read = async () => {
    await readFile(import.meta.filename);
  };
  const isInTime = isolation.run("a", read);
  standStill(1500);
  assert.equal(await isInTime, true);
});

test("an error of a record is passed on", async () => {
  const work = async () => {
    throw new Error("no such record");
  };
  await assert.rejects(new Isolation().run("a", work), /no such record/);
});
