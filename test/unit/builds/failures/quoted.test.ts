import assert from "node:assert/strict";
import { test } from "node:test";
import { maxQuoteLine, maxQuoteLines } from "../../../../server/src/protocol.ts";
import { explain, hello, helloFails } from "../../../support/failures.ts";
import { error } from "../../../support/streams.ts";

const exit = `builder for '${hello}' failed with exit code 2`;

/** What the builder prints -> the lines that are quoted. */
const logs: Record<string, [log: string[], lines: string[]]> = {
  "the first line that looks like an error, and what follows": [
    ["compiling", "\u001b[31mmain.c:3: error: unknown type\u001b[0m", "  x;", "make: *** [all] Error 1"],
    ["main.c:3: error: unknown type", "  x;", "make: *** [all] Error 1"],
  ],
  "the last line if none looks like an error": [["compiling", "giving up", ""], ["giving up"]],
};

for (const [name, [log, lines]] of Object.entries(logs))
  test(`a failure quotes ${name}`, () => {
    assert.deepEqual(explain(helloFails(log, [exit])).quote, { lines, derivation: hello });
  });

test("a source that is gone quotes the line of the server, and names the address that was tried last", () => {
  const log = [
    "trying https://example.org/x.tar.gz",
    "error: ignored",
    "curl: (22) The requested URL returned error: 404",
  ];
  const { code, quote, about } = explain(helloFails(log, [`builder for '${hello}' failed with exit code 1`]));
  assert.deepEqual(
    [code, quote?.lines, about],
    [
      "source-gone",
      ["curl: (22) The requested URL returned error: 404"],
      { kind: "url", url: "https://example.org/x.tar.gz" },
    ],
  );
});

test("without a log Nix's message is quoted", () => {
  const said = `hash mismatch in fixed-output derivation '${hello}':\n  specified: sha256-A\n     got:    sha256-B`;
  const { quote, about } = explain(helloFails([], [said]));
  assert.deepEqual(quote, {
    lines: [`hash mismatch in fixed-output derivation '${hello}':`, "  specified: sha256-A", "     got:    sha256-B"],
  });
  assert.deepEqual(about, { kind: "hash", specified: "sha256-A", got: "sha256-B" });
});

test("a quote is bounded, whatever is printed", () => {
  const long = "error: \u001b]0;title\u0007".padEnd(5000, "x");
  const { quote } = explain(helloFails([...Array.from({ length: 30 }, () => long)], [exit]));
  assert.ok((quote?.lines.length ?? 0) <= maxQuoteLines);
  for (const line of quote?.lines ?? []) {
    assert.ok(line.length <= maxQuoteLine);
    assert.ok(!line.includes("\u001b") && !line.includes("title"));
  }
  const all = explain([error("y".repeat(1e6))]).quote;
  assert.ok((all?.lines[0]?.length ?? 0) <= maxQuoteLine);
});
