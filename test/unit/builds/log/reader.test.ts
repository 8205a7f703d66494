import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, beforeEach, test } from "node:test";
import { LogReader } from "../../../../server/src/builds/log/reader.ts";
import { maxLogLines } from "../../../../server/src/protocol.ts";
import {
  building,
  drv,
  error,
  id,
  logLine,
  message,
  phase,
  serialised,
  start,
  stop,
  storePath,
} from "../../../support/streams.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";

const temp = tempFolder("log");
after(() => removeTree(temp));

const [hello, glibc] = [drv("hello-2.12.1"), drv("glibc-2.37")];

let file = "";
let tests = 0;

beforeEach(() => {
  file = path.join(temp, `events${tests++}`);
});

const append = (...lines: string[]) => fs.appendFileSync(file, lines.map(line => `${line}\n`).join(""));

/** The whole log, read page after page. */
async function wholeLog(derivation?: string, colours?: boolean): Promise<string> {
  const reader = new LogReader(file, derivation, colours);
  let text = "";
  for (let offset = 0; ; ) {
    const page = await reader.page(offset, true);
    text += page.text;
    offset = page.nextOffset;
    if (page.done) return text;
  }
}

const stream = [
  message(3, "these 2 derivations will be built:"),
  message(3, `  ${glibc}`),
  message(4, "evaluating file"),
  message(3, ""),
  start(id(1), 101, ["https://cache.example.org/nix-cache-info"], "downloading", 4),
  building(id(2), glibc),
  building(id(3), hello, "ssh-ng://builder-arm"),
  // The remote's own activity has the lines.
  building(id(4), hello),
  phase(id(4), "buildPhase"),
  logLine(id(2), "glibc: one"),
  logLine(id(4), "\u001b[32mhello: one\u001b[0m\r"),
  "Warning: Permanently added 'builder-arm' (ED25519) to the list of known hosts.\r",
  logLine(id(9), "of nobody"),
  stop(id(4)),
  logLine(id(3), "hello: two"),
  stop(id(3)),
  error(`builder for '${glibc}' failed with exit code 2;\nlast 1 log lines:\n> glibc: one`),
  "@nix {",
];

test("the log of a derivation has its lines and phases, from all activities that build it", async () => {
  append(...stream);
  assert.equal(await wholeLog(hello), "Running phase: buildPhase\nhello: one\nhello: two\n");
  assert.equal(await wholeLog(glibc), "glibc: one\n");
  assert.equal(await wholeLog(drv("never built")), "");
});

test("the log of a build has all output, each line with the name of its derivation", async () => {
  append(...stream);
  assert.equal(
    await wholeLog(),
    [
      "these 2 derivations will be built:",
      `  ${glibc}`,
      `building '${glibc}'`,
      `building '${hello}' on 'ssh-ng://builder-arm'`,
      `building '${hello}'`,
      "hello-2.12.1> Running phase: buildPhase",
      "glibc-2.37> glibc: one",
      "hello-2.12.1> hello: one",
      "Warning: Permanently added 'builder-arm' (ED25519) to the list of known hosts.",
      "hello-2.12.1> hello: two",
      `error: builder for '${glibc}' failed with exit code 2;`,
      "last 1 log lines:",
      "> glibc: one",
      "",
    ].join("\n"),
  );
});

test("a phase that the builder both prints and reports to Nix starts once", async () => {
  append(building(id(1), hello), building(id(2), glibc));
  append(logLine(id(1), "Running phase: a"), phase(id(2), "a"), phase(id(1), "a"), logLine(id(2), "Running phase: a"));
  append(logLine(id(1), "one"), phase(id(1), "a"), phase(id(1), "b"));
  const heading = "Running phase: a\n";
  assert.equal(await wholeLog(hello), `${heading}one\n${heading}Running phase: b\n`);
  assert.equal(await wholeLog(glibc), heading);
});

test("the colours of what was printed are there for who asks for them, and end with their line", async () => {
  append(building(id(1), hello), building(id(2), glibc));
  append(logLine(id(1), "\u001b[1mRunning phase: a\u001b[0m"), phase(id(1), "a"));
  append(logLine(id(1), "\u001b[32mgreen \u001b[2Kon"), logLine(id(2), "plain"));
  const [heading, green] = ["\u001b[1mRunning phase: a\u001b[0m", "\u001b[32mgreen on\u001b[0m"];
  assert.equal(await wholeLog(hello, true), `${heading}\n${green}\n`);
  assert.equal(await wholeLog(hello), "Running phase: a\ngreen on\n");
  const whole = (await wholeLog(undefined, true)).split("\n").slice(2);
  assert.deepEqual(whole, [`hello-2.12.1> ${heading}`, `hello-2.12.1> ${green}`, "glibc-2.37> plain", ""]);
});

test("a log that grows is read on where it ended, and is done when the build is", async () => {
  append(building(id(1), hello), logLine(id(1), "one"));
  const reader = new LogReader(file, hello);
  assert.deepEqual(await reader.page(0, false), { text: "one\n", nextOffset: 1, done: false });
  assert.deepEqual(await reader.page(1, false), { text: "", nextOffset: 1, done: false });
  append(logLine(id(1), "two"));
  fs.appendFileSync(file, logLine(id(1), "three").slice(0, 20));
  assert.deepEqual(await reader.page(1, false), { text: "two\n", nextOffset: 2, done: false });
  fs.appendFileSync(file, `${logLine(id(1), "three").slice(20)}\n`);
  assert.deepEqual(await reader.page(2, true), { text: "three\n", nextOffset: 3, done: true });
});

test("a page begins where it is asked to, also before the last one and beyond the end", async () => {
  append(building(id(1), hello), ...["one", "two", "three"].map(line => logLine(id(1), line)));
  const reader = new LogReader(file, hello);
  assert.equal((await reader.page(0, true)).text, "one\ntwo\nthree\n");
  assert.equal((await reader.page(1, true)).text, "two\nthree\n");
  assert.equal((await reader.page(0, true)).text, "one\ntwo\nthree\n");
  assert.deepEqual(await reader.page(7, true), { text: "", nextOffset: 7, done: true });
  assert.equal((await new LogReader(file, hello).page(2, true)).text, "three\n");
});

test("a long log comes in pages, and nothing is lost or doubled between them", async () => {
  const lines = Array.from({ length: 2 * maxLogLines + 7 }, (_, index) => `line ${index} ${"x".repeat(index % 200)}`);
  append(building(id(1), hello), ...lines.map(line => logLine(id(1), line)));
  const reader = new LogReader(file, hello);
  const pages = [];
  for (let offset = 0; pages.at(-1)?.done !== true; offset = pages.at(-1)?.nextOffset ?? 0)
    pages.push(await reader.page(offset, true));
  assert.deepEqual(
    pages.map(({ nextOffset, done }) => [nextOffset, done]),
    [
      [maxLogLines, false],
      [2 * maxLogLines, false],
      [lines.length, true],
    ],
  );
  assert.equal(pages.map(({ text }) => text).join(""), lines.map(line => `${line}\n`).join(""));
});

test("messages of many lines do not make a page too long, and are counted by lines", async () => {
  const count = 2 * maxLogLines + 500;
  const text = Array.from({ length: count }, (_, index) => `line ${index}`).join("\n");
  append(message(3, text), message(3, text));
  const reader = new LogReader(file, undefined);
  const pages = [];
  for (let offset = 0; pages.at(-1)?.done !== true; offset = pages.at(-1)?.nextOffset ?? 0)
    pages.push(await reader.page(offset, true));
  assert.deepEqual(
    pages.map(({ nextOffset, done }) => [nextOffset, done]),
    [...[1, 2, 3, 4].map(page => [page * maxLogLines, false]), [2 * count, true]],
  );
  for (const page of pages) assert.ok(page.text.split("\n").length - 1 <= maxLogLines);
  assert.equal(pages.map(page => page.text).join(""), `${text}\n${text}\n`);
  assert.equal((await reader.page(2 * count - 1, true)).text, `line ${count - 1}\n`);
});

test("concurrent requests for pages do not interfere", async () => {
  append(building(id(1), hello), ...["one", "two"].map(line => logLine(id(1), line)));
  const reader = new LogReader(file, hello);
  const pages = await Promise.all([0, 1, 0, 2].map(offset => reader.page(offset, true)));
  assert.deepEqual(
    pages.map(({ text }) => text),
    ["one\ntwo\n", "two\n", "one\ntwo\n", ""],
  );
});

test("a stream that is not there yet is an empty log", async () => {
  const reader = new LogReader(file, hello);
  assert.deepEqual(await reader.page(0, false), { text: "", nextOffset: 0, done: false });
  assert.deepEqual(await reader.page(0, true), { text: "", nextOffset: 0, done: true });
  append(building(id(1), hello), logLine(id(1), "one"));
  assert.equal((await reader.page(0, false)).text, "one\n");
});

test("a line that a full disk cut and glued to the next is no part of a log, and the next one is", async () => {
  append(building(id(1), hello));
  fs.appendFileSync(file, logLine(id(1), "cut").slice(0, 25));
  append(logLine(id(1), "whole"), building(id(2), drv("x")), start(id(3), 108, [storePath("y")]));
  assert.equal(await wholeLog(hello), "whole\n");
});

test("a page is bounded in lines and characters, and what one page leaves, the next ones give", async () => {
  const long = "x".repeat(3 * 1024 * 1024);
  append(
    building(id(1), hello),
    ...Array.from({ length: 12 }, () => logLine(id(1), long)),
    message(3, "\n".repeat(30_000)),
  );
  const reader = new LogReader(file, undefined);
  let [lines, offset, most] = [0, 0, 0];
  for (let done = false; !done; ) {
    const page = await reader.page(offset, true);
    lines += page.text.split("\n").length - 1;
    most = Math.max(most, page.text.length);
    assert.ok(page.nextOffset > offset || page.done);
    ({ done, nextOffset: offset } = page);
  }
  assert.equal(lines, 1 + 12 + 30_001);
  assert.ok(most < 16 * 1024 * 1024, `${most}`);
});

for (const asked of [Number.NaN, -1, 0.5, Number.NEGATIVE_INFINITY, 1e300])
  test(`a page that begins after ${asked} lines begins with the first one`, async () => {
    append(building(id(1), hello), logLine(id(1), "one"));
    const page = await new LogReader(file, hello).page(asked, true);
    assert.deepEqual(page, { text: "one\n", nextOffset: 1, done: true });
  });

test("a page far beyond the end is empty", async () => {
  append(building(id(1), hello), logLine(id(1), "one"));
  const page = await new LogReader(file, hello).page(Number.MAX_SAFE_INTEGER, true);
  assert.deepEqual([page.text, page.done], ["", true]);
});

test("an error that Nix could not send otherwise is read as later versions print it", async () => {
  append(
    building(id(1), hello),
    logLine(id(1), "\u0001"),
    logLine(id(1), serialised("executing '/bin/sh': No such file or directory")),
  );
  assert.equal(await wholeLog(hello), "\nerror: executing '/bin/sh': No such file or directory\n");
});
