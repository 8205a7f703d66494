import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, beforeEach, test } from "node:test";
import { claim, claimWithin, release } from "../../../server/src/records/lock.ts";
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

test("a claim that nobody holds is ours", async () => {
  assert.equal(await claim(folder, "a", everybodyRuns), undefined);
  assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
  assert.deepEqual(beside(), []);
});

test("a claim that a running build holds is its", async () => {
  await claim(folder, "a", everybodyRuns);
  const asked: string[] = [];
  const isRunning = async (id: string) => {
    asked.push(id);
    return true;
  };
  assert.equal(await claim(folder, "b", isRunning), "a");
  assert.deepEqual(asked, ["a"]);
  assert.equal(await claim(folder, "c", everybodyRuns), "a");
  assert.deepEqual(beside(), []);
});

test("a claim that is ours already is ours, whether or not our build is told to run", async () => {
  for (const isRunning of [everybodyRuns, nobodyRuns]) {
    await claim(folder, "a", isRunning);
    assert.equal(await claim(folder, "a", isRunning), undefined);
    assert.deepEqual([fs.readdirSync(folder), beside()], [["a"], []]);
  }
});

test("what a process left that was killed as it claimed is in the way of none", async () => {
  fs.mkdirSync(`${folder}.a`, { recursive: true });
  assert.equal(await claim(folder, "a", everybodyRuns), undefined);
  assert.deepEqual(beside(), []);
});

test("a damaged claim with several names belongs to the one that runs, or else to one of those who claim it", async () => {
  fs.mkdirSync(folder, { recursive: true });
  for (const name of ["dead1", "dead2"]) fs.writeFileSync(path.join(folder, name), "");
  const ids = Array.from({ length: 8 }, (_, index) => `b${index}`);
  const holders = await Promise.all(ids.map(id => claim(folder, id, async owner => !owner.startsWith("dead"))));
  assert.equal(holders.filter(holder => holder === undefined).length, 1);
  assert.ok((await claim(folder, "c", async owner => !owner.startsWith("dead")))?.startsWith("b"));
});

test("a claim within a folder that is gone does not make the folder", async () => {
  await assert.rejects(claimWithin(folder, "a", nobodyRuns));
  assert.equal(fs.existsSync(path.dirname(folder)), false);
});

test("a claim whose build does not run any more is taken over", async () => {
  await claim(folder, "a", everybodyRuns);
  assert.equal(await claim(folder, "b", nobodyRuns), undefined);
  assert.equal(await claim(folder, "c", everybodyRuns), "b");
});

test("a claim whose owner is not known is taken over", async () => {
  fs.mkdirSync(folder, { recursive: true });
  assert.equal(await claim(folder, "a", everybodyRuns), undefined);
  assert.equal(await claim(folder, "b", everybodyRuns), "a");
});

test("of many who claim at once, one wins, and the others are told who", async () => {
  for (let round = 0; round < 10; round++) {
    const place = `${folder}.${round}`;
    const ids = Array.from({ length: 8 }, (_, index) => `b${index}`);
    const holders = await Promise.all(ids.map(id => claim(place, id, everybodyRuns)));
    const winners = ids.filter((_, index) => holders[index] === undefined);
    assert.equal(winners.length, 1);
    assert.deepEqual(new Set(holders), new Set([undefined, winners[0]]));
  }
});

test("of many who take over at once, one wins", async () => {
  for (let round = 0; round < 10; round++) {
    const place = `${folder}.${round}`;
    await claim(place, "dead", everybodyRuns);
    const ids = Array.from({ length: 8 }, (_, index) => `b${index}`);
    const holders = await Promise.all(ids.map(id => claim(place, id, async owner => owner !== "dead")));
    assert.equal(holders.filter(holder => holder === undefined).length, 1);
  }
});

test("a claim that is given back is free", async () => {
  await claim(folder, "a", everybodyRuns);
  release(folder, "a");
  assert.equal(fs.existsSync(folder), false);
  release(folder, "a");
  assert.equal(await claim(folder, "b", everybodyRuns), undefined);
});

test("giving back a claim that somebody else has taken over leaves it to them", async () => {
  await claim(folder, "a", everybodyRuns);
  await claim(folder, "b", nobodyRuns);
  release(folder, "a");
  assert.equal(await claim(folder, "c", everybodyRuns), "b");
});

test("a folder that cannot be written is an error, not a wait without end", async () => {
  fs.mkdirSync(path.dirname(path.dirname(folder)), { recursive: true });
  fs.writeFileSync(path.dirname(folder), "a file");
  await assert.rejects(claim(folder, "a", everybodyRuns));
});
