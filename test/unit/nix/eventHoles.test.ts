import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { LogReader } from "../../../server/src/builds/log/reader.ts";
import { BuildFollower } from "../../../server/src/builds/sources/follower.ts";
import { EventLines } from "../../../server/src/nix/events/lines.ts";
import { cpuTime } from "../../support/cpuTime.ts";
import { building, drv, id, logLine, progress, stop } from "../../support/streams.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

// NULs in an event stream: space of a log that was freed while Nix wrote it.

const temp = tempFolder("holes");
after(() => removeTree(temp));

const whole = stop(id(1));

/** stream, with `_` for a NUL -> its lines, each with the offset after it. */
const cases: Record<string, [stream: string, lines: [line: string, end: number][]]> = {
  "a hole that begins and ends with a line": [
    "one\n____\ntwo\n",
    [
      ["one", 4],
      ["two", 13],
    ],
  ],
  "a line that is cut by a hole": [
    "one\ntw____\nthree\n",
    [
      ["one", 4],
      ["three", 17],
    ],
  ],
  "a complete event right before the hole": [
    `${whole}____\ntwo\n`,
    [
      [whole, whole.length + 1],
      ["two", whole.length + 9],
    ],
  ],
  "half an event before the hole": [`${whole.slice(0, -1)}____\ntwo\n`, [["two", whole.length + 8]]],
  "the end of an event before the hole": [`${whole.slice(3)}____\ntwo\n`, [["two", whole.length + 6]]],
  "text between two holes in a line": [`__${whole}__\ntwo\n`, [["two", whole.length + 9]]],
  "a single NUL": ["on_e\ntwo\n", [["two", 9]]],
  "several holes": ["__\n_\n___\nend\n", [["end", 13]]],
  "a hole at the end": ["one\n_____", [["one", 4]]],
};

function linesOf(chunks: readonly Buffer[]): [string, number][] {
  const lines = new EventLines();
  const found: [string, number][] = [];
  for (const chunk of chunks)
    lines.push(chunk, (bytes, start, end, behind) => found.push([bytes.toString("utf8", start, end), behind]));
  return found;
}

const bytesOf = (stream: string) => Buffer.from(stream.replaceAll("_", "\0"));

for (const [name, [stream, lines]] of Object.entries(cases))
  test(`however it is cut into chunks: ${name}`, () => {
    const bytes = bytesOf(stream);
    for (let size = 1; size <= bytes.length; size++) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        Buffer.from(bytes.subarray(index * size, (index + 1) * size)),
      );
      assert.deepEqual(linesOf(chunks), lines, `${size} bytes each`);
    }
  });

test("holes of any size, anywhere between lines, change nothing but the offsets", () => {
  const line = fc.constantFrom(whole, logLine(id(1), "x"), progress(id(2), 1, 2), "a word of ssh");
  const part = fc.oneof(
    line.map(text => `${text}\n`),
    fc.nat(5000).map(size => `${"\0".repeat(size + 1)}\n`),
  );
  fc.assert(
    fc.property(fc.array(part), fc.integer({ min: 1, max: 3000 }), (parts, size) => {
      const bytes = Buffer.from(parts.join(""));
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        Buffer.from(bytes.subarray(index * size, (index + 1) * size)),
      );
      const texts = (found: [string, number][]) => found.map(([text]) => text).filter(text => !text.endsWith("105}"));
      const lines = parts.filter(each => !each.startsWith("\0")).map(each => each.slice(0, -1));
      assert.deepEqual(
        texts(linesOf(chunks)),
        lines.filter(text => !text.endsWith("105}")),
      );
      const ends = linesOf(chunks).map(([, end]) => end);
      assert.deepEqual(
        ends,
        ends.toSorted((a, b) => a - b),
      );
      assert.ok((ends.at(-1) ?? 0) <= bytes.length);
    }),
  );
});

test("a hole of a gigabyte is skipped with little time and memory, by the follower and the log reader", async () => {
  const file = path.join(temp, "events");
  const size = 1024 ** 3;
  fs.writeFileSync(file, `${building(id(1), drv("hello"))}\n${logLine(id(1), "first")}\n`);
  fs.truncateSync(file, size);
  fs.appendFileSync(file, `\n${logLine(id(1), "last")}\n`);
  fs.writeFileSync(path.join(temp, "clock"), `1000 ${size}\n5000 ${fs.statSync(file).size}\n`);
  const before = process.memoryUsage.rss();
  const began = cpuTime();
  const follower = new BuildFollower(file, path.join(temp, "clock"), []);
  await follower.poll();
  assert.deepEqual(follower.state.derivations.get(drv("hello"))?.tail, ["first", "last"]);
  const reader = new LogReader(file, drv("hello"));
  const pages = [await reader.page(0, true)];
  // A page has a limited size: the next one continues in the hole.
  for (let page = pages[0]; page?.done === false; page = pages.at(-1))
    pages.push(await reader.page(page.nextOffset, true));
  assert.equal(pages.map(({ text }) => text).join(""), "first\nlast\n");
  assert.ok(pages.length > 4 && pages.length < 20, `${pages.length} pages`);
  const [took, more] = [cpuTime() - began, process.memoryUsage.rss() - before];
  assert.ok(took < 30_000, `${took} ms`);
  assert.ok(more < 100 * 1024 * 1024, `${more} bytes`);
});
