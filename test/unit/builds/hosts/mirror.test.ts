import assert from "node:assert/strict";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { Mirror } from "../../../../server/src/builds/hosts/ssh/mirror.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";

const temp = tempFolder("mirror");
after(() => removeTree(temp));

let made = 0;

function newMirror(): { readonly mirror: Mirror; readonly events: string; readonly clock: string } {
  const folder = `${temp}/${made++}`;
  const [events, clock] = [`${folder}-events`, `${folder}-clock`];
  return { mirror: new Mirror(events, clock), events, clock };
}

const piece = (kind: "events" | "clock", offset: number, text: string) => ({ kind, offset, bytes: Buffer.from(text) });

test("copying continues at the end of the copy", async () => {
  const { mirror, events, clock } = newMirror();
  assert.deepEqual(await mirror.offsets(), { events: 0, clock: 0 });
  assert.equal(existsSync(events), false);
  await mirror.write(piece("events", 0, "one\n"));
  await mirror.write(piece("events", 4, "two\n"));
  await mirror.close();
  const next = new Mirror(events, clock);
  assert.deepEqual(await next.offsets(), { events: 8, clock: 0 });
  await next.write(piece("events", 8, "three\n"));
  await next.close();
  assert.equal(readFileSync(events, "utf8"), "one\ntwo\nthree\n");
});

test("a piece that does not continue the copy is refused, and the copy stays", async () => {
  const { mirror, events } = newMirror();
  await mirror.write(piece("events", 0, "one\n"));
  await assert.rejects(mirror.write(piece("events", 3, "x")), /4 bytes instead of 3/);
  appendFileSync(events, "of another process");
  await assert.rejects(mirror.write(piece("events", 4, "two\n")), /instead of 4/);
  await mirror.restart();
  assert.deepEqual(await mirror.offsets(), { events: 0, clock: 0 });
  await mirror.close();
});

test("a line of the clock without an end is refused before it fills the memory", async () => {
  const { mirror, clock } = newMirror();
  await mirror.write(piece("clock", 0, "1".repeat(1000)));
  await assert.rejects(mirror.write(piece("clock", 1000, "1".repeat(1000))), /too long/);
  assert.equal(existsSync(clock) && readFileSync(clock, "utf8") !== "", false);
  await mirror.close();
});

test("a folder in place of a copy is an error, not the end of the server", async () => {
  const { mirror } = newMirror();
  const other = new Mirror(temp, path.join(temp, "no/such/folder/clock"));
  assert.deepEqual(await other.offsets(), { events: 0, clock: 0 });
  await assert.rejects(other.write(piece("events", 0, "x")));
  await assert.rejects(other.write(piece("clock", 0, "1700000000000 1\n")));
  await mirror.close();
});

test("the clock of a builder is corrected if it differs, and offsets stay the same, in whatever pieces it comes", async () => {
  const text = "1700000000000 12\n1700000001000 240\n1700000002000 3600\n";
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: text.length }),
      fc.integer({ min: 0, max: text.length }),
      async (a, b) => {
        const { mirror, clock } = newMirror();
        const hourAgo = Math.floor(Date.now() / 1000) - 3600;
        mirror.begin(hourAgo);
        const cuts = [0, Math.min(a, b), Math.max(a, b), text.length];
        for (const [index, end] of cuts.slice(1).entries()) {
          const start = cuts[index] ?? 0;
          await mirror.write(piece("clock", start, text.slice(start, end)));
        }
        await mirror.close();
        const lines = readFileSync(clock, "utf8");
        assert.equal(lines.length, text.length);
        const [first] = lines.split(" ");
        assert.ok(Math.abs(Number(first) - 1_700_000_000_000 - 3_600_000) < 60_000, first);
        assert.match(lines, /^\d{13} 12\n\d{13} 240\n\d{13} 3600\n$/);
      },
    ),
    { numRuns: 50 },
  );
});

test("clocks that agree are left alone", async () => {
  const { mirror, clock } = newMirror();
  mirror.begin(Math.floor(Date.now() / 1000));
  await mirror.write(piece("clock", 0, "1700000000000 12\n"));
  await mirror.close();
  assert.equal(readFileSync(clock, "utf8"), "1700000000000 12\n");
  writeFileSync(clock, "");
});
