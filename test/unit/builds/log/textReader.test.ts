import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { TextLogReader } from "../../../../server/src/builds/log/textReader.ts";
import { withoutEscapes } from "../../../../server/src/nix/events/printed.ts";
import { maxLogLines } from "../../../../server/src/protocol.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";

const temp = tempFolder("text-log");
after(() => removeTree(temp));

function file(name: string, content: string | Buffer): string {
  const at = path.join(temp, name);
  fs.writeFileSync(at, content);
  return at;
}

const reader = (at: string) => new TextLogReader(at, withoutEscapes);

test("a log that grows is read on, and an unfinished line comes when it is finished, or at the end", async () => {
  const at = file("grows", "one\ntw");
  const log = reader(at);
  assert.deepEqual(await log.page(0, false), { text: "one\n", nextOffset: 1, done: false });
  fs.appendFileSync(at, "o\nthree");
  assert.deepEqual(await log.page(1, false), { text: "two\n", nextOffset: 2, done: false });
  assert.deepEqual(await log.page(2, true), { text: "three\n", nextOffset: 3, done: true });
  // From the start again, as another document.
  assert.deepEqual(await log.page(0, true), { text: "one\ntwo\nthree\n", nextOffset: 3, done: true });
});

test("characters are not cut where a read ends, and escape sequences and Nix's messages are not shown", async () => {
  const euro = Buffer.from("€\n");
  const at = file("utf8", euro.subarray(0, 2));
  const log = reader(at);
  assert.deepEqual(await log.page(0, false), { text: "", nextOffset: 0, done: false });
  fs.appendFileSync(at, euro.subarray(2));
  fs.appendFileSync(at, '\u001b[31mred\u001b[0m\n@nix {"action":"setPhase","phase":"buildPhase"}\n');
  assert.equal((await log.page(0, true)).text, "€\nred\nRunning phase: buildPhase\n");
});

test("a long log comes in pages", async () => {
  const lines = Array.from({ length: maxLogLines * 2 + 7 }, (_, index) => `line ${index}`);
  const log = reader(file("long", lines.join("\n")));
  const pages: string[] = [];
  for (let offset = 0, done = false; !done; ) {
    const page = await log.page(offset, true);
    pages.push(page.text);
    ({ nextOffset: offset, done } = page);
  }
  assert.deepEqual([pages.length, pages.join("").split("\n").slice(0, -1)], [3, lines]);
});

test("a log that is not there is empty", async () => {
  assert.deepEqual(await reader(path.join(temp, "none")).page(0, true), { text: "", nextOffset: 0, done: true });
});
