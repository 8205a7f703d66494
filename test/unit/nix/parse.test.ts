import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ParseError, parseErrorIn, parseWithNix } from "../../../server/src/nix/parse.ts";
import type { ProcessEnd } from "../../../server/src/nix/process.ts";
import { anyText } from "../../support/arbitraries.ts";
import { exited, fakeNix } from "../../support/fakeNix.ts";
import { error, message } from "../../support/streams.ts";

const parseError = (fields: object) =>
  `@nix ${JSON.stringify({
    action: "msg",
    column: 3,
    file: "(string)",
    level: 0,
    line: 8,
    msg: "error: syntax error, unexpected '}', expecting ';'\n\n       at (string):8:3:",
    raw_msg: "syntax error, unexpected '}', expecting ';'",
    ...fields,
  })}`;

const expected: ParseError = { message: "syntax error, unexpected '}', expecting ';'", line: 7, column: 2 };

/** stderr -> the error in it. */
const cases: Record<string, { stderr: string; error: ParseError | undefined }> = {
  "2.3, which has no event stream for it": {
    stderr: "error: syntax error, unexpected '}', expecting ';', at (string):8:3",
    error: expected,
  },
  "2.3 with colours and a file": {
    stderr: "\u001b[31;1merror:\u001b[0m undefined variable 'x' at /net/network.nix:12:34",
    error: { message: "undefined variable 'x'", line: 11, column: 33 },
  },
  "2.8": { stderr: parseError({}), error: expected },
  "2.26": { stderr: parseError({ file: "«stdin»:8:3" }), error: expected },
  "an error and the hint after it": {
    stderr: `${parseError({})}\n${message(0, "(use '--show-trace')")}`,
    error: expected,
  },
  "a warning with a position before it": {
    stderr: `${parseError({ level: 1, line: 1, column: 1, raw_msg: "deprecated" })}\n${parseError({})}`,
    error: expected,
  },
  "several errors, of which the last is reported": {
    stderr: `${parseError({ line: 1, column: 1, raw_msg: "first" })}\n${parseError({})}`,
    error: expected,
  },
  "an error that names no column": { stderr: parseError({ column: null }), error: { ...expected, column: 0 } },
  "several errors whose positions are in their texts only": {
    stderr: `${message(0, "error: a at «stdin»:1:1")}\n${message(0, "error: b at «stdin»:2:9")}`,
    error: { message: "b", line: 1, column: 8 },
  },
  "an error whose position is in its text only": {
    stderr: message(0, "error: undefined variable 'x'\n       at «stdin»:2:9:"),
    error: { message: "undefined variable 'x'", line: 1, column: 8 },
  },
  "a message of two lines": {
    stderr: parseError({ raw_msg: "path is absolute\nbut should not be" }),
    error: { ...expected, message: "path is absolute" },
  },
  "a position before the first line": {
    stderr: parseError({ line: 0, column: 0 }),
    error: { ...expected, line: 0, column: 0 },
  },
  "an error without a position": { stderr: error("out of memory"), error: undefined },
  "no error": { stderr: "", error: undefined },
};

for (const [name, { stderr, error: found }] of Object.entries(cases))
  test(`parse error: ${name}`, () => assert.deepEqual(parseErrorIn(stderr), found));

const verdicts: Record<string, [end: ProcessEnd, kind: string]> = {
  "fine text": [exited(0, "{ }"), "ok"],
  "an error": [exited(1, "", parseError({})), "error"],
  "a failure that is not a parse error": [exited(1, "", error("out of memory")), "unknown"],
  "a Nix that is missing": [{ kind: "missing", file: "nix-instantiate" }, "unknown"],
  "a cancelled check": [{ kind: "cancelled" }, "unknown"],
};

for (const [name, [end, kind]] of Object.entries(verdicts)) {
  test(`Nix's verdict: ${name}`, async () => {
    const asked: string[] = [];
    const verdict = await parseWithNix(
      fakeNix(() => end, asked),
      "{",
      new AbortController().signal,
    );
    assert.equal(verdict.kind, kind);
    assert.deepEqual(asked, ["nix-instantiate --parse - --log-format internal-json"]);
  });
}

test("for any output of Nix, reading it never throws and no position is negative", () => {
  const text = fc.oneof(
    anyText,
    fc.constantFrom("error:", " at ", ":8:3", "\n", "(string)", parseError({}), parseError({ column: null })),
  );
  fc.assert(
    fc.property(fc.array(text), parts => {
      const found = parseErrorIn(parts.join(""));
      assert.ok(found === undefined || (found.line >= 0 && found.column >= 0));
    }),
  );
});
