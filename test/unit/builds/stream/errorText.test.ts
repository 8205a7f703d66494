import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { failureIn, withoutLogLines, withoutQuoted } from "../../../../server/src/builds/stream/errorText.ts";
import { causeIn } from "../../../../server/src/nix/events/cause.ts";
import { anyText } from "../../../support/arbitraries.ts";

const drv = "/nix/store/00000000000000000000000000000000-hello.drv";
const note = "note: build failure may have been caused by lack of free disk space";

/** Every version's way to repeat the last lines of a log: `LINES` is where they stand. */
const frames: Record<string, [before: string, indent: string, after: string]> = {
  "2.3": [`builder for '${drv}' failed with exit code 2; last N log lines:`, "  ", ""],
  "2.4 to 2.28": [
    `builder for '${drv}' failed with exit code 2;\nlast N log lines:`,
    "> ",
    `\nFor full logs, run 'nix log ${drv}'.`,
  ],
  "2.26, by a daemon or a builder": [
    `builder for '${drv}' failed with exit code 2;\n       last N log lines:`,
    "       > ",
    `\n       For full logs, run:\n         nix-store -l ${drv}`,
  ],
  "2.29 and later": [
    `Cannot build '${drv}'.\nReason: builder failed with exit code 2.\nOutput paths:\n  /nix/store/x\nLast N log lines:`,
    "> ",
    `\nFor full logs, run:\n  nix log ${drv}`,
  ],
};

const printed = fc.oneof(
  fc.constantFrom(
    "> error: hash mismatch in fixed-output derivation '/nix/store/x.drv':",
    "last 3 log lines:",
    "For full logs, run:",
    note,
    "timed out after 30 seconds of silence",
    `builder for '${drv}' failed due to signal 9 (Killed)`,
    "",
  ),
  anyText.map(text => text.replaceAll("\n", " ")),
);

for (const [name, [before, indent, after]] of Object.entries(frames)) {
  test(`whatever a derivation has printed is taken out of Nix's own words, and nothing else is: ${name}`, () => {
    fc.assert(
      fc.property(fc.array(printed, { minLength: 1, maxLength: 25 }), fc.boolean(), (lines, isFull) => {
        const own = (isFull ? `\n${note}` : "") as string;
        const heading = before.replace(/N log lines/, `${lines.length} log lines`);
        const message = `${heading}\n${lines.map(line => indent + line).join("\n")}${after}${own}`;
        const { text, logLines } = withoutLogLines(message);
        const [expected = ""] = before.split(/[;\s]*last N/i);
        assert.equal(text, expected + own);
        assert.deepEqual(logLines, lines);
      }),
    );
  });
}

test("a message without log lines is Nix's own from the first word to the last", () => {
  const text = `builder for '${drv}' failed with exit code 2;\n${note}`;
  assert.deepEqual(withoutLogLines(text), { text, logLines: [] });
});

test("a heading that promises more lines than there are, takes those that there are", () => {
  assert.deepEqual(withoutLogLines("x; last 999999999999 log lines:\n> a"), { text: "x", logLines: ["a"] });
});

/** What is printed -> its cause. */
const causes: Record<string, [printed: string, cause: string]> = {
  alone: ["error: the database is locked", "the database is locked"],
  "behind a trace": [
    "error:\n       … while setting up the build environment\n\n       error: getting attributes of path '/x'",
    "getting attributes of path '/x'",
  ],
  "before a trace": ["error: the database is locked\n\n       … while opening it", "the database is locked"],
  "before a hint": ["error: a\n(use '--show-trace' to show detailed location information)", "a"],
  "of several lines": [
    "error: hash mismatch:\n  specified: a\n     got:    b",
    "hash mismatch:\n  specified: a\n     got:    b",
  ],
  "marked twice": ["error: error: a", "a"],
};

for (const [name, [text, cause]] of Object.entries(causes))
  test(`a cause ${name} is found`, () => assert.equal(causeIn(text), cause));

/** Words that speak of a derivation further on, or of none. */
const others = [
  `while building: builder for '${drv}' failed`,
  `bad JSON log message from builder: builder for '${drv}' failed with exit code 1`,
  `file '/home/x/builder for '${drv}' failed' does not exist`,
  `the log says: hash mismatch in fixed-output derivation '${drv}'`,
];

for (const text of others)
  test(`only how a message begins says what failed: ${text.slice(0, 20)}`, () =>
    assert.equal(failureIn(text), undefined));

test("whatever a message says, it is taken apart in a time that its length decides", () => {
  const long = (text: string) => text.repeat(Math.ceil(60_000 / text.length));
  const hostile = [
    `building of '${long("a.drv")}' ${long("x")}`,
    `building of '${long("a.drv")}`,
    `last 5 log lines:${long(" ")}x`,
    `${long(" ")}last 5 log lines`,
    `output '${long("a")}`,
    `Cannot build 'a.drv'.${long("\n")}`,
    long("error: "),
    long("'"),
    long("last 1 log lines:\n"),
  ];
  const start = performance.now();
  for (const text of hostile) {
    withoutLogLines(text);
    causeIn(text);
    failureIn(text);
    withoutQuoted(text);
  }
  assert.ok(performance.now() - start < 2000);
  fc.assert(
    fc.property(anyText, text => {
      withoutLogLines(text);
      causeIn(text);
      failureIn(text);
      withoutQuoted(text);
    }),
  );
});
