import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, beforeEach, test } from "node:test";
import { acquire, acquireWithin, release } from "../../../server/src/records/processes/lock.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const temp = tempFolder("claim");
after(() => removeTree(temp));

let folder = "";
let tests = 0;

beforeEach(() => {
  folder = path.join(temp, String(tests++), "running", "hash.place");
});

const everybodyRuns = async () => true;
const nobodyRuns = async () => false;

/** What is left beside the claim. */
const beside = () => fs.readdirSync(path.dirname(folder)).filter(name => name !== path.basename(folder));

test("a free lock is ours", async () => {
  assert.equal(await acquire(folder, "a", everybodyRuns), undefined);
  assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
  assert.deepEqual(beside(), []);
});

test("a lock of a running build stays with that build", async () => {
  await acquire(folder, "a", everybodyRuns);
  const asked: string[] = [];
  const isRunning = async (id: string) => {
    asked.push(id);
    return true;
  };
  assert.equal(await acquire(folder, "b", isRunning), "a");
  assert.deepEqual(asked, ["a"]);
  assert.equal(await acquire(folder, "c", everybodyRuns), "a");
  assert.deepEqual(beside(), []);
});

test("a lock that is already ours stays ours, whether or not our build counts as running", async () => {
  for (const isRunning of [everybodyRuns, nobodyRuns]) {
    await acquire(folder, "a", isRunning);
    assert.equal(await acquire(folder, "a", isRunning), undefined);
    assert.deepEqual([fs.readdirSync(folder), beside()], [["a"], []]);
  }
});

test("what a process left behind when it was killed while acquiring does not block others", async () => {
  fs.mkdirSync(`${folder}.a`, { recursive: true });
  assert.equal(await acquire(folder, "a", everybodyRuns), undefined);
  assert.deepEqual(beside(), []);
});

test("a damaged lock with several owners belongs to the running one, or else to one that acquires it", async () => {
  fs.mkdirSync(folder, { recursive: true });
  for (const name of ["dead1", "dead2"]) fs.writeFileSync(path.join(folder, name), "");
  const ids = Array.from({ length: 8 }, (_, index) => `b${index}`);
  const holders = await Promise.all(ids.map(id => acquire(folder, id, async owner => !owner.startsWith("dead"))));
  assert.equal(holders.filter(holder => holder === undefined).length, 1);
  assert.ok((await acquire(folder, "c", async owner => !owner.startsWith("dead")))?.startsWith("b"));
});

test("acquiring a lock does not create a missing parent folder", async () => {
  await assert.rejects(acquireWithin(folder, "a", nobodyRuns));
  assert.equal(fs.existsSync(path.dirname(folder)), false);
});

test("a lock of a build that is no longer running is taken over", async () => {
  await acquire(folder, "a", everybodyRuns);
  assert.equal(await acquire(folder, "b", nobodyRuns), undefined);
  assert.equal(await acquire(folder, "c", everybodyRuns), "b");
});

test("a lock of an unknown owner is taken over", async () => {
  fs.mkdirSync(folder, { recursive: true });
  assert.equal(await acquire(folder, "a", everybodyRuns), undefined);
  assert.equal(await acquire(folder, "b", everybodyRuns), "a");
});

test("of many concurrent attempts one wins, and the others learn who holds the lock", async () => {
  for (let round = 0; round < 10; round++) {
    const place = `${folder}.${round}`;
    const ids = Array.from({ length: 8 }, (_, index) => `b${index}`);
    const holders = await Promise.all(ids.map(id => acquire(place, id, everybodyRuns)));
    const winners = ids.filter((_, index) => holders[index] === undefined);
    assert.equal(winners.length, 1);
    assert.deepEqual(new Set(holders), new Set([undefined, winners[0]]));
  }
});

test("of many concurrent take-overs one wins", async () => {
  for (let round = 0; round < 10; round++) {
    const place = `${folder}.${round}`;
    await acquire(place, "dead", everybodyRuns);
    const ids = Array.from({ length: 8 }, (_, index) => `b${index}`);
    const holders = await Promise.all(ids.map(id => acquire(place, id, async owner => owner !== "dead")));
    assert.equal(holders.filter(holder => holder === undefined).length, 1);
  }
});

test("a released lock is free", async () => {
  await acquire(folder, "a", everybodyRuns);
  release(folder, "a");
  assert.equal(fs.existsSync(folder), false);
  release(folder, "a");
  assert.equal(await acquire(folder, "b", everybodyRuns), undefined);
});

test("releasing a lock that another process has taken over has no effect", async () => {
  await acquire(folder, "a", everybodyRuns);
  await acquire(folder, "b", nobodyRuns);
  release(folder, "a");
  assert.equal(await acquire(folder, "c", everybodyRuns), "b");
});

test("a folder that cannot be written is an error, not an endless wait", async () => {
  fs.mkdirSync(path.dirname(path.dirname(folder)), { recursive: true });
  fs.writeFileSync(path.dirname(folder), "a file");
  await assert.rejects(acquire(folder, "a", everybodyRuns));
});
