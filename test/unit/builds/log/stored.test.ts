import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, describe, it } from "node:test";
import { storedLines } from "../../../../server/src/builds/log/lines.ts";
import { LogReader } from "../../../../server/src/builds/log/reader.ts";
import { storedLog } from "../../../../server/src/builds/log/stored.ts";
import type { ProcessEnd } from "../../../../server/src/nix/process.ts";
import { maxLogLines } from "../../../../server/src/protocol.ts";
import { exited, fakeNix } from "../../../support/fakeNix.ts";
import { building, drv, id, logLine } from "../../../support/streams.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";

const temp = tempFolder("stored-log");
after(() => removeTree(temp));

const hello = drv("hello-2.12.1");
const phase = (name: string) => `@nix { "action": "setPhase", "phase": "${name}" }`;

/** What Nix keeps, and the lines of the log. */
const texts: readonly (readonly [string, readonly string[]])[] = [
  ["", []],
  ["one\ntwo", ["one", "two"]],
  ["one\n\ntwo", ["one", "", "two"]],
  ["\u001b[31mred\u001b[0m\r", ["red"]],
  [`${phase("buildPhase")}\none`, ["Running phase: buildPhase", "one"]],
  [`Running phase: a\n${phase("a")}\none\n${phase("a")}`, ["Running phase: a", "one", "Running phase: a"]],
  [`${phase("a")}\nRunning phase: a\nRunning phase: b`, ["Running phase: a", "Running phase: b"]],
  ['@nix {"action":"start","id":1}\none', ["one"]],
  ["@nix {broken", ["@nix {broken"]],
];

describe("a log as Nix keeps it", () => {
  for (const [text, lines] of texts) it(JSON.stringify(text), () => assert.deepEqual(storedLines(text), lines));
});

const notHere = exited(1, "", `error: build log of derivation '${hello}' is not available`);
const fetched = (from: string) => exited(0, "one\ntwo", `got build log for '${hello}' from '${from}'`);
const kept = "(Not built in this run. Log from an earlier build:)";
const keptThere = "(Not built in this run. Log from https://cache.example:)";
const none = "(Not built in this run. No log available.)";

interface Case {
  readonly what: string;
  readonly local: ProcessEnd;
  readonly caches?: ProcessEnd;
  readonly lines: readonly string[];
}

const cases: readonly Case[] = [
  { what: "is kept on this machine", local: exited(0, "one\ntwo"), lines: [kept, "one", "two"] },
  { what: "is kept and empty", local: exited(0, ""), lines: [] },
  {
    what: "is kept by a cache",
    local: notHere,
    caches: fetched("https://cache.example"),
    lines: [keptThere, "one", "two"],
  },
  { what: "is kept nowhere", local: notHere, caches: notHere, lines: [none] },
  { what: "takes too long to come", local: notHere, caches: { kind: "cancelled" }, lines: [none] },
  {
    what: "cannot be asked for",
    local: { kind: "missing", file: "nix-store" },
    caches: { kind: "missing", file: "nix" },
    lines: [none],
  },
];

describe("the log of a derivation that a build printed nothing of", () => {
  for (const { what, local, caches, lines } of cases)
    it(what, async () => {
      const asked: string[] = [];
      const nix = fakeNix(command => (command.startsWith("nix-store ") ? local : (caches ?? notHere)), asked);
      assert.deepEqual(await storedLog(nix, hello), lines);
      assert.equal(asked[0], `nix-store --read-log ${hello}`);
      assert.equal(asked.length, caches === undefined ? 1 : 2);
    });

  for (const path of ["", "--option", "hello", "/nix/store/hello", "https://example.org/x.drv"])
    it(`is not asked for by ${JSON.stringify(path)}`, async () => {
      const asked: string[] = [];
      assert.deepEqual(
        await storedLog(
          fakeNix(() => notHere, asked),
          path,
        ),
        [],
      );
      assert.deepEqual(asked, []);
    });
});

describe("the pages of such a log", () => {
  const stream = (name: string, ...lines: string[]) => {
    const file = path.join(temp, name);
    fs.writeFileSync(file, lines.map(line => `${line}\n`).join(""));
    return file;
  };

  it("come one after the other, and it is looked for once", async () => {
    const lines = Array.from({ length: maxLogLines + 1 }, (_, index) => `line ${index}`);
    let looks = 0;
    const other = async () => {
      looks++;
      return lines;
    };
    const reader = new LogReader(stream("other", building(id(1), drv("glibc"))), hello);
    const first = await reader.page(0, true, other);
    assert.deepEqual([first.nextOffset, first.done], [maxLogLines, false]);
    assert.deepEqual(await reader.page(maxLogLines, true, other), {
      text: `line ${maxLogLines}\n`,
      nextOffset: maxLogLines + 1,
      done: true,
    });
    assert.equal(looks, 1);
  });

  it("are not requested while the build is running, nor if it has a line", async () => {
    const refuse = () => Promise.reject(new Error("not to be asked"));
    const quiet = new LogReader(stream("quiet", building(id(1), hello)), hello);
    assert.deepEqual(await quiet.page(0, false, refuse), { text: "", nextOffset: 0, done: false });
    const loud = new LogReader(stream("loud", building(id(1), hello), logLine(id(1), "one")), hello);
    assert.equal((await loud.page(0, true, refuse)).text, "one\n");
    assert.deepEqual(await loud.page(1, true, refuse), { text: "", nextOffset: 1, done: true });
  });

  it("are empty where nothing was printed", async () => {
    const reader = new LogReader(stream("empty"), hello);
    assert.deepEqual(await reader.page(0, true, async () => []), { text: "", nextOffset: 0, done: true });
  });
});
