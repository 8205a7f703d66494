import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { emptyLog } from "../../../client/src/logs/emptyLog.ts";
import { LogText } from "../../../client/src/logs/logText.ts";
import { type LogPage, maxLogLines } from "../../../server/src/protocol.ts";
import { aBuild, english } from "./samples.ts";

/** A log of lines `1`, `2`, ... as the server answers it: `maxLogLines` at a time. */
class Source {
  lines = 0;
  ended = false;

  read = (offset: number): Promise<LogPage> => {
    const nextOffset = Math.min(this.lines, offset + maxLogLines);
    const numbers = Array.from({ length: nextOffset - offset }, (_, index) => `${offset + index + 1}\n`);
    return Promise.resolve({ text: numbers.join(""), nextOffset, done: this.ended });
  };
}

describe("a log", () => {
  it("grows", async () => {
    const source = new Source();
    const log = new LogText(source.read);
    assert.equal(await log.advance(5), false);
    source.lines = 2;
    assert.equal(await log.advance(5), true);
    source.lines = 3;
    await log.advance(5);
    assert.equal(log.text, "1\n2\n3\n");
    assert.equal(log.done, false);
  });

  it("is done when it cannot grow and is all here", async () => {
    const source = new Source();
    const log = new LogText(source.read);
    source.lines = 2 * maxLogLines + 1;
    source.ended = true;
    await log.advance(2);
    assert.equal(log.done, false);
    await log.advance(5);
    assert.equal(log.done, true);
    assert.equal(log.leftOut, 0);
    assert.equal(log.text.split("\n").length - 1, 2 * maxLogLines + 1);
  });

  it("keeps the newest lines of a long one and counts the others", async () => {
    const source = new Source();
    const log = new LogText(source.read, { lines: 10 * maxLogLines, length: Number.POSITIVE_INFINITY });
    source.lines = 12 * maxLogLines;
    await log.advance(100);
    assert.equal(log.leftOut, 2 * maxLogLines);
    assert.equal(log.text.split("\n", 1)[0], String(2 * maxLogLines + 1));
  });

  it("keeps no more text than it may, but always the newest page", async () => {
    const source = new Source();
    const log = new LogText(source.read, { lines: Number.POSITIVE_INFINITY, length: 3 });
    source.lines = 2 * maxLogLines + 1;
    await log.advance(100);
    assert.equal(log.text, `${2 * maxLogLines + 1}\n`);
    assert.equal(log.length, log.text.length);
    assert.equal(log.leftOut, 2 * maxLogLines);
  });

  it("keeps 200,000 lines", async () => {
    const source = new Source();
    const log = new LogText(source.read);
    source.lines = 200_000;
    source.ended = true;
    await log.advance(1000);
    assert.equal(log.leftOut, 0);
    assert.equal(log.length, log.text.length);
  });

  it("is not asked for again when its last page was the last", async () => {
    const source = new Source();
    let reads = 0;
    const log = new LogText(offset => {
      reads++;
      return source.read(offset);
    });
    source.lines = maxLogLines + 1;
    source.ended = true;
    await log.advance(100);
    assert.deepEqual([log.done, reads], [true, 2]);
  });

  it("reads at most as many pages as asked", async () => {
    const source = new Source();
    source.lines = 10 * maxLogLines;
    let reads = 0;
    const log = new LogText(offset => {
      reads++;
      return source.read(offset);
    });
    await log.advance(3);
    assert.equal(reads, 3);
  });
});

describe("a log in which nothing stands", () => {
  const failure = { code: "evaluation-failed", severity: "error", message: "No.", detail: "error: no" } as const;

  it("says so", () => assert.equal(emptyLog(aBuild(), english), "Nothing has been printed."));

  it("says why the build did not begin", () => {
    assert.equal(emptyLog(aBuild({ state: "failed", failure }), english), "No.\n\nerror: no");
  });

  it("says so of a derivation that was not built when another failed", () => {
    const build = aBuild({ state: "failed", failure, drvPath: "/nix/store/x.drv" });
    assert.equal(emptyLog(build, english), "Nothing has been printed.");
  });
});
