import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { emptyLog } from "../../../../client/src/logs/emptyLog.ts";
import { LogText } from "../../../../client/src/logs/logText.ts";
import { OpenLog } from "../../../../client/src/logs/openLog.ts";
import { type LogPage, maxLogLines } from "../../../../server/src/protocol.ts";
import { aBuild, english } from "../samples.ts";

/** A log of lines `1`, `2`, ... in pages of `maxLogLines`, as the server sends it. Every tenth line is bold. */
class Source {
  lines = 0;
  ended = false;
  bold = false;

  read = (offset: number): Promise<LogPage> => {
    const nextOffset = Math.min(this.lines, offset + maxLogLines);
    const numbers = Array.from({ length: nextOffset - offset }, (_, index) => this.#line(offset + index + 1));
    return Promise.resolve({ text: numbers.join(""), nextOffset, done: this.ended });
  };

  #line(number: number): string {
    return this.bold && number % 10 === 0 ? `\u001b[1m${number}\u001b[0m\n` : `${number}\n`;
  }
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

  it("is done when it cannot grow and was read completely", async () => {
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

  it("keeps at most the allowed amount of text, but always the newest page", async () => {
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

  it("is not requested again after its last page", async () => {
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

  it("reads at most the given number of pages", async () => {
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

describe("the styles of a log", () => {
  /** Lines of the document that are bold, of those from `first` on. */
  const boldLines = (log: OpenLog, first: number, count: number) =>
    Array.from({ length: count }, (_, index) => first + index).filter(line => log.spans(line).length > 0);
  const heading = (leftOut: number) => `(${leftOut} left out)`;

  it("belong to their lines, and are not in the text", async () => {
    const source = new Source();
    source.bold = true;
    const text = new LogText(source.read);
    source.lines = 15;
    await text.advance(1);
    source.lines = 2 * maxLogLines;
    await text.advance(5);
    assert.ok(!text.text.includes("\u001b"));
    assert.deepEqual(text.spans(9), [{ start: 0, end: 2, style: { bold: true } }]);
    for (const [line, count] of [
      [8, 0],
      [19, 1],
      [2 * maxLogLines - 1, 1],
      [2 * maxLogLines + 9, 0],
      [-1, 0],
    ] as const)
      assert.equal(text.spans(line).length, count, String(line));
  });

  it("are dropped with omitted lines", async () => {
    const source = new Source();
    source.bold = true;
    source.lines = 3 * maxLogLines;
    const text = new LogText(source.read, { lines: maxLogLines, length: Number.POSITIVE_INFINITY });
    await text.advance(10);
    assert.equal(text.leftOut, 2 * maxLogLines);
    assert.equal(text.spans(9).length, 0);
    assert.equal(text.spans(2 * maxLogLines + 9).length, 1);
  });

  it("count towards the size limit", async () => {
    const source = new Source();
    source.bold = true;
    source.lines = maxLogLines + 10;
    const limits = { lines: Number.POSITIVE_INFINITY, length: 9500 };
    const text = new LogText(source.read, limits);
    await text.advance(10);
    assert.equal(text.leftOut, maxLogLines);
    source.bold = false;
    const plain = new LogText(source.read, limits);
    await plain.advance(10);
    assert.equal(plain.leftOut, 0);
  });

  it("are where the document has the lines, with and without a heading", async () => {
    const source = new Source();
    source.bold = true;
    source.lines = maxLogLines;
    const log = new OpenLog(new LogText(source.read, { lines: 2 * maxLogLines, length: Number.POSITIVE_INFINITY }));
    await log.text.advance(10);
    log.give(heading);
    assert.deepEqual(boldLines(log, 0, 25), [9, 19]);

    source.lines = 3 * maxLogLines;
    await log.text.advance(10);
    const given = log.give(heading).split("\n");
    // Until the document is updated, the old positions apply.
    assert.deepEqual(boldLines(log, maxLogLines, 15), [maxLogLines + 9]);
    log.shown(0);
    const bold = boldLines(log, 0, 25);
    assert.deepEqual(bold, [10, 20]);
    assert.deepEqual(
      bold.map(line => given[line]),
      [String(maxLogLines + 10), String(maxLogLines + 20)],
    );
    assert.equal(given[0], `(${maxLogLines} left out)`);
  });
});

describe("an empty log", () => {
  const failure = { code: "evaluation-failed", severity: "error", message: "No.", detail: "error: no" } as const;

  it("says so", () => assert.equal(emptyLog(aBuild(), english), "No output."));

  it("says why the build did not start", () => {
    assert.equal(emptyLog(aBuild({ state: "failed", failure }), english), "No.\n\nerror: no");
  });

  it("says so for a derivation that was not built because another one failed", () => {
    const build = aBuild({ state: "failed", failure, drvPath: "/nix/store/x.drv" });
    assert.equal(emptyLog(build, english), "No output.");
  });
});
