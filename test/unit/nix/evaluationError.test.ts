import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluationProblem } from "../../../server/src/nix/evaluation/error.ts";
import type { Problem } from "../../../server/src/protocol.ts";
import { error, id, message, start, stop } from "../../support/streams.ts";

const at = (uri: string, line: number, character: number) => ({
  uri,
  range: { start: { line, character }, end: { line, character } },
});

/** An error with a position, as printed by 2.8 and 2.26. */
const placed = (file: string, fields: object = {}) =>
  `@nix ${JSON.stringify({
    action: "msg",
    column: 62,
    file,
    level: 0,
    line: 7,
    msg: `\u001b[31;1merror:\u001b[0m attribute 'helo' missing\n\n       at /net/network.nix:7:62:`,
    raw_msg: "attribute 'helo' missing",
    ...fields,
  })}`;

const hint = message(0, "(use '--show-trace' to show detailed location information)");
const copying = start(id(1), 0, [], "copying '/net' to the store", 5);

/** stderr -> message (after "Evaluation failed: ") and position. */
const cases: Record<string, { stderr: string[]; said: string; location?: Problem["location"] }> = {
  "a plain file (2.8)": {
    stderr: [copying, placed("/net/network.nix"), hint, stop(id(1))],
    said: "attribute 'helo' missing",
    location: at("file:///net/network.nix", 6, 61),
  },
  "a file with line and column (2.26)": {
    stderr: [placed("/net/network.nix:7:62")],
    said: "attribute 'helo' missing",
    location: at("file:///net/network.nix", 6, 61),
  },
  "a file with a space": {
    stderr: [placed("/net/odd names/n.nix")],
    said: "attribute 'helo' missing",
    location: at("file:///net/odd%20names/n.nix", 6, 61),
  },
  "the value of a module's option, which is in the details (2.26)": {
    stderr: [
      error(
        "A definition for option `a.b' is not of type `list of string'. Definition values:\n- In `<unknown-file>': \"x\"",
      ),
    ],
    said: "A definition for option `a.b' is not of type `list of string'.",
  },
  "no position at all": { stderr: [error("infinite recursion encountered")], said: "infinite recursion encountered" },
  "a position that is not in a file": {
    stderr: [placed("(string)", { msg: "error: attribute 'helo' missing" })],
    said: "attribute 'helo' missing",
  },
  "a position in the message's text only": {
    stderr: [
      placed("", {
        file: null,
        line: null,
        msg: "error: while evaluating\n\n       at /net/a.nix:1:2:\n\n       error: attribute 'helo' missing\n       at /net/b.nix:3:5:",
      }),
    ],
    said: "attribute 'helo' missing",
    location: at("file:///net/b.nix", 2, 4),
  },
  "several errors, of which the last is reported": {
    stderr: [error("first"), error("second"), hint],
    said: "second",
  },
  "failed assertions": {
    stderr: [error("\nFailed assertions:\n- The ‘fileSystems’ option does not specify your root file system.")],
    said: "Failed assertions: - The ‘fileSystems’ option does not specify your root file system.",
  },
  "an error without its inner message": { stderr: [message(0, "error: out of memory")], said: "out of memory" },
  "warnings are not errors": {
    stderr: [message(1, "warning: deprecated"), error("broken"), message(1, "warning: late")],
    said: "broken",
  },
  "plain text": {
    stderr: ["\u001b[31;1merror:\u001b[0m unrecognised flag '--log-format'", "Try 'nix-instantiate --help'."],
    said: "unrecognised flag '--log-format'",
  },
  "plain text of 2.3 with a position": {
    stderr: ["error: undefined variable 'pkgz' at /net/network.nix:7:62"],
    said: "undefined variable 'pkgz' at /net/network.nix:7:62",
    location: at("file:///net/network.nix", 6, 61),
  },
  nothing: { stderr: [""], said: "Nix printed no error message." },
};

for (const [name, { stderr, said, location }] of Object.entries(cases)) {
  test(`evaluation error: ${name}`, () => {
    const problem = evaluationProblem(stderr.join("\n"));
    assert.deepEqual([problem.code, problem.severity], ["evaluation-failed", "error"]);
    assert.equal(problem.message, `Evaluation failed: ${said}`);
    assert.deepEqual(problem.location, location);
  });
}

test("Nix's complete message is kept, without colours", () => {
  const { detail } = evaluationProblem([placed("/net/network.nix"), hint].join("\n"));
  assert.equal(detail, "error: attribute 'helo' missing\n\n       at /net/network.nix:7:62:");
});

test("without a position and without a machine there is no location", () => {
  assert.equal(evaluationProblem(error("broken")).location, undefined);
});

/** The innermost step first, as in the sources of Nix; the paths and words are those of a run of 2.8. */
const steps = [
  { column: 78, file: "/net/lib.nix", line: 1, raw_msg: "while evaluating \u001b[35;1m'mkIf'\u001b[0m" },
  { column: 78, file: "/net/lib.nix", line: 1, raw_msg: "while evaluating 'mkIf'" },
  { column: 3, file: "/net/web.nix:2:3", line: 2, raw_msg: "while evaluating the attribute 'services.foo':" },
  { raw_msg: "while doing a thing\nwith its value" },
  { raw_msg: 5 },
  null,
];

const expectedSteps = [
  { text: "while evaluating 'mkIf'", location: at("file:///net/lib.nix", 0, 77) },
  { text: "while evaluating the attribute 'services.foo'", location: at("file:///net/web.nix", 1, 2) },
  { text: "while doing a thing" },
];

/** What each version prints for an error with a trace -> the message that is kept. */
const traced: Record<string, [fields: object, detail: string]> = {
  "after the message (up to 2.18)": [
    {
      msg: "error: attribute 'helo' missing\n\n       at /net/network.nix:7:62:\n\n       … while evaluating 'mkIf'\n\n       at /net/lib.nix:1:78:",
    },
    "error: attribute 'helo' missing\n\n       at /net/network.nix:7:62:",
  ],
  "before the message (since 2.19)": [
    {
      msg: "error:\n       … while evaluating 'mkIf'\n         at /net/lib.nix:1:78:\n\n       error: attribute 'helo' missing\n       at /net/network.nix:7:62:",
    },
    "error: attribute 'helo' missing\n       at /net/network.nix:7:62:",
  ],
};

for (const [name, [fields, detail]] of Object.entries(traced))
  test(`a trace is kept apart from the message: ${name}`, () => {
    const problem = evaluationProblem(placed("/net/network.nix", { trace: steps, ...fields }));
    assert.deepEqual([problem.detail, problem.trace], [detail, expectedSteps]);
    assert.deepEqual(problem.location, at("file:///net/network.nix", 6, 61));
  });

test("the trace of 2.3, which precedes the error, is kept apart from it, too", () => {
  const {
    message: said,
    trace,
    location,
  } = evaluationProblem(
    [
      "error: while evaluating the attribute 'drvPath' at /net/a.nix:1:2:",
      "while evaluating 'mkIf' at /net/lib.nix:1:78, called from /net/web.nix:2:3:",
      "undefined variable 'pkgz' at /net/network.nix:7:62",
    ].join("\n"),
  );
  assert.equal(said, "Evaluation failed: undefined variable 'pkgz' at /net/network.nix:7:62");
  assert.deepEqual(location, at("file:///net/network.nix", 6, 61));
  assert.deepEqual(trace, [
    { text: "while evaluating 'mkIf'", location: at("file:///net/web.nix", 1, 2) },
    { text: "while evaluating the attribute 'drvPath'", location: at("file:///net/a.nix", 0, 1) },
  ]);
});

test("an option is named with the files that set it", () => {
  const said =
    "The option `services.ngnix' does not exist. Definition values:\n- In `/net/web.nix': true\n- In `<unknown-file>': 1";
  assert.deepEqual(evaluationProblem(error(said)).about, {
    kind: "option",
    path: ["services", "ngnix"],
    files: ["/net/web.nix"],
  });
});

test("a message that is far too long is cut in the middle, and a trace after its first steps", () => {
  const { detail = "", trace = [] } = evaluationProblem(
    placed("/net/a.nix", {
      msg: `start${"x".repeat(1e6)}end`,
      trace: Array.from({ length: 1e5 }, (_, line) => ({ raw_msg: "y".repeat(1e3), file: "/a", line: line + 1 })),
    }),
  );
  assert.match(detail, /^start.*end$/s);
  assert.ok(detail.length < 10_000);
  assert.equal(trace.length, 500);
  assert.ok(trace.every(({ text }) => text.length <= 301));
});
