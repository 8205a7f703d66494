import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { quotedLineIn } from "../../../../client/src/logs/quotedLine.ts";

const log = ["a> boom", "b> main.c:3: error: no such thing", "b> boom", "error: hash mismatch in 'x'"];

describe("the quoted line of a log", () => {
  for (const [quote, line] of [
    ["boom", 2],
    ["  main.c:3: error", 1],
    ["hash mismatch in 'x'", 3],
    ["gone", undefined],
    [" ", undefined],
  ] as const)
    it(`is found: ${quote}`, () => assert.equal(quotedLineIn(log, quote), line));
});
