import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { BuildFollower } from "../../../../server/src/builds/sources/follower.ts";
import { building, built, drv, id, logLine, stop, totals } from "../../../support/streams.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";

const temp = tempFolder("follower");
after(() => removeTree(temp));

const hello = drv("hello");
const [events, clock] = [path.join(temp, "events"), path.join(temp, "clock")];

const lines = [totals(id(1)), building(id(2), hello), logLine(id(2), "märz"), built(id(1), 1, 1), stop(id(2))];

/** Appends a part of the stream, and says in the clock when. */
function write(text: string, at: number): void {
  fs.appendFileSync(events, text);
  fs.appendFileSync(clock, `${at} ${fs.statSync(events).size}\n`);
}

test("a follower takes in what was written since it last looked, at the times that the clock says", async () => {
  const follower = new BuildFollower(events, clock, [hello, drv("system")]);
  await follower.poll();
  assert.equal(follower.state.derivations.get(hello)?.state, "planned");

  const text = lines.map(line => `${line}\n`).join("");
  // Within the character of two bytes.
  const cut = Buffer.from(text).indexOf("ä") + 1;
  fs.writeFileSync(events, "");
  fs.appendFileSync(events, Buffer.from(text).subarray(0, cut));
  fs.appendFileSync(clock, `1000 ${cut}\n`);
  await follower.poll();
  await follower.poll();
  const derivation = follower.state.derivations.get(hello);
  assert.deepEqual([derivation?.state, derivation?.attempt, derivation?.tail], ["building", 1, []]);

  fs.appendFileSync(events, Buffer.from(text).subarray(cut));
  fs.appendFileSync(clock, `5000 ${fs.statSync(events).size}\n`);
  await follower.poll();
  assert.deepEqual(
    [derivation?.state, derivation?.startedAt, derivation?.stoppedAt, derivation?.tail],
    ["built", 1000, 5000, ["märz"]],
  );

  const another = new BuildFollower(events, clock, [hello, drv("system")]);
  await another.poll();
  assert.deepEqual(another.state, follower.state);
});

test("a long stream is read whole", async () => {
  fs.rmSync(events);
  fs.rmSync(clock);
  write(`${building(id(1), hello)}\n`, 1000);
  write(Array.from({ length: 20_000 }, (_, index) => `${logLine(id(1), `line ${index}`)}\n`).join(""), 2000);
  const follower = new BuildFollower(events, clock, []);
  await follower.poll();
  assert.equal(follower.state.derivations.get(hello)?.tail.at(-1), "line 19999");
});

test("a stream is read in as many goes as it takes", async () => {
  const follower = new BuildFollower(events, clock, []);
  let goes = 1;
  while (!(await follower.poll(0))) goes++;
  assert.ok(goes > 2, `${goes}`);
  assert.equal(follower.state.derivations.get(hello)?.tail.at(-1), "line 19999");
});

test("a stream that cannot be read is an error, one that is not there is empty, and a clock that cannot be read is none", async () => {
  const folder = path.join(temp, "folder");
  fs.mkdirSync(folder);
  await assert.rejects(new BuildFollower(folder, clock, []).poll());
  await assert.rejects(new BuildFollower("/dev/zero", clock, []).poll());
  assert.equal(await new BuildFollower(path.join(temp, "none"), folder, []).poll(), true);
});
