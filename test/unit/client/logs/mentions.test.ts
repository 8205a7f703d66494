import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mentionsIn, mentionsOf } from "../../../../client/src/logs/mentions.ts";

const hash = "0123456789abcdfghijklmnpqrsvwxyz";

/** A line, and its mentions: `kind text`, with the position if there is one. */
const cases: readonly (readonly [line: string, ...mentions: string[]])[] = [
  [""],
  ["main.c:3:5: error: 'x' undeclared", "file main.c 3,5"],
  ["hello> src/main.c:3: warning", "file src/main.c 3,1"],
  ["at /home/net/network.nix:12:7:", "file /home/net/network.nix 12,7"],
  ["(./a.nix:1:2)", "file ./a.nix 1,2"],
  ["In file included from a.h:1,", "file a.h 1,1"],
  ["a.c:1:2: and b.c:3:4", "file a.c 1,2", "file b.c 3,4"],
  ["a.c:0:0: nowhere", "file a.c 1,1"],
  ["at 12:30:15, 3.14:1, Makefile:3"],
  ["https://example.org:8080/x, localhost:80"],
  ["a.c: 3, a.c:x"],
  [`/nix/store/${hash}-hello-2.12`, `store /nix/store/${hash}-hello-2.12`],
  [`building '/nix/store/${hash}-hello-2.12.drv'...`, `store /nix/store/${hash}-hello-2.12.drv`],
  [`copied to /nix/store/${hash}-a.`, `store /nix/store/${hash}-a`],
  [`-I/tmp/lab/store/${hash}-a/include/ -L`, `store /tmp/lab/store/${hash}-a/include`],
  [
    `PATH=/nix/store/${hash}-a/bin:/nix/store/${hash}-b/bin`,
    `store /nix/store/${hash}-a/bin`,
    `store /nix/store/${hash}-b/bin`,
  ],
  [`at /nix/store/${hash}-source/a.nix:3:5:`, `store /nix/store/${hash}-source/a.nix 3,5`],
  [`/${hash}-no-folder`],
  [`/nix/store/${hash.slice(1)}-short`],
  [`/nix/store/${hash.replace("0", "e")}-no-hash`],
];

describe("the mentions in a line", () => {
  for (const [line, ...expected] of cases)
    it(JSON.stringify(line), () => {
      const mentions = mentionsIn(line, 0);
      assert.deepEqual(
        mentions.map(({ kind, path, place }) => `${kind} ${path}${place ? ` ${place.line},${place.column}` : ""}`),
        expected,
      );
      for (const { start, end, path } of mentions) assert.ok(line.slice(start, end).startsWith(path));
    });

  it("are found in a long path without trying every part of it", () => {
    const long = `${"/a".repeat(100_000)}:`;
    assert.deepEqual(mentionsIn(`${long} ${"a".repeat(200_000)}`, 0), []);
    assert.equal(mentionsIn(`${"/a".repeat(100_000)}/${hash}-x`, 0).length, 1);
  });
});

describe("the mentions of a log", () => {
  const lines = [`a.c:1:1 /nix/store/${hash}-a`, "b.c:2:2", `/nix/store/${hash}-b /nix/store/${hash}-c`, ""];

  it("are in order", () => {
    assert.deepEqual(
      mentionsOf(lines, 10).map(({ line, start }) => [line, start]),
      [
        [0, 0],
        [0, 8],
        [1, 0],
        [2, 0],
        [2, 46],
      ],
    );
  });

  it("are the newest of each kind if there are too many", () => {
    assert.deepEqual(
      mentionsOf(lines, 1).map(({ line, kind }) => [line, kind]),
      [
        [1, "file"],
        [2, "store"],
      ],
    );
  });
});
