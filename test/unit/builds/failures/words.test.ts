import assert from "node:assert/strict";
import { test } from "node:test";
import { arm, etc, explain, hello, helloFails } from "../../../support/failures.ts";
import { building, drv, error, id, logLine, message, stop, totals } from "../../../support/streams.ts";

// What a derivation prints is not what Nix says, wherever it stands.

const hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const mismatch = (drvPath: string) => [
  `error: hash mismatch in fixed-output derivation '${drvPath}':`,
  "  specified: sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
  `     got:    ${hash}`,
];

/** What tests and a Nix inside a build print: words that are Nix's own elsewhere. */
const printed: Record<string, readonly string[]> = {
  "a test that timed out": ["error: action timed out after 900 seconds", "cleaning up"],
  "a test that was silent": ["FAIL: TestFetch: request timed out after 30 seconds of silence"],
  "a timeout in Nix's own words": [
    `error: building of '${hello}' timed out after 5 seconds`,
    "timed out after 5 seconds",
  ],
  "a signal": ["child was killed by signal 9 as expected ... ok", "FAILED test_y - AssertionError"],
  "a builder that was killed": [`error: builder for '${hello}' failed due to signal 9 (Killed)`],
  "an exit code": ["make: *** [all] Error 137", "failed with exit code 137"],
  "a hash of another derivation": mismatch("/nix/store/abc-src.drv"),
  "a hash of this very derivation": mismatch(hello),
  "a builder that cannot be reached": [
    "error: cannot build on 'ssh-ng://inner': error: failed to start SSH connection to 'inner': Connection refused",
    "Host key verification failed.",
  ],
  "no builder": [
    `error: a 'riscv64-linux' with features {kvm} is required to build '/nix/store/abc-inner.drv', but I am a 'x86_64-linux' with features {}`,
    "error: unable to start any build; either increase '--max-jobs' or enable remote builds",
  ],
  "a path without a signature": [
    "error: cannot add path '/nix/store/00000000000000000000000000000000-a' because it lacks a signature by a trusted key",
  ],
  "a broken connection": ["error: unexpected end-of-file", "error: writing to file: Broken pipe"],
  "a path that is in no cache": [
    "error: path '/nix/store/x-a' is required, but there is no substituter that can build it",
  ],
  "a heading of log lines": ["last 25 log lines:", "> error: timed out after 5 seconds"],
  "a dependency": ["error: 1 dependencies of derivation '/nix/store/x-a.drv' failed to build"],
  "a folder that is not there": ["error: getting attributes of path '/run/binfmt': No such file or directory"],
  "the note about the disk": ["note: build failure may have been caused by lack of free disk space ... ok"],
};

/** Every way for those words to come to us -> the lines of the stream. */
const ways: Record<string, (lines: readonly string[]) => string[]> = {
  "the log": lines => helloFails(lines, [`builder for '${hello}' failed with exit code 2`]),
  "Nix's copy of the log (2.3)": lines =>
    helloFails(lines, [
      `builder for '${hello}' failed with exit code 2; last ${lines.length} log lines:\n  ${lines.join("\n  ")}`,
    ]),
  "a daemon's copy of the log (2.26)": lines => [
    totals(id(1)),
    building(id(2), hello),
    ...lines.map(line => logLine(id(2), line)),
    message(
      0,
      `error: builder for '${hello}' failed with exit code 2;\n       last ${lines.length} log lines:\n${lines.map(line => `       > ${line}`).join("\n")}\n       For full logs, run:\n         nix-store -l ${hello}`,
    ),
    stop(id(2)),
  ],
  "a builder's copy of the log (2.34)": lines => [
    totals(id(1)),
    building(id(2), hello, arm),
    message(
      0,
      `error: build of '${hello}' on '${arm}' failed: Cannot build '${hello}'.\n       Reason: builder failed with exit code 2.\n       Output paths:\n         /nix/store/x\n       Last ${lines.length} log lines:\n${lines.map(line => `       > ${line}`).join("\n")}\n       For full logs, run:\n         nix-store -l ${hello}`,
    ),
    error(`Cannot build '${hello}'.\nReason: builder failed with exit code 1.`),
    stop(id(2)),
  ],
  "messages of a Nix inside the derivation": lines => [
    totals(id(1)),
    building(id(2), hello),
    message(0, lines.join("\n")),
    ...lines.map(line => message(0, line)),
    error(`builder for '${hello}' failed with exit code 2`),
    stop(id(2)),
  ],
  "messages of a Nix inside the derivation, with a daemon": lines => [
    totals(id(1)),
    building(id(2), hello),
    ...lines.map(line => message(0, line)),
    stop(id(2)),
    message(0, `error: Cannot build '${hello}'.\n       Reason: builder failed with exit code 2.`),
  ],
};

for (const [way, linesOf] of Object.entries(ways))
  for (const [what, lines] of Object.entries(printed)) {
    // A daemon's own word of this very derivation cannot be distinguished from a copy that it prints.
    if (way.endsWith("with a daemon") && lines.some(line => line.includes(hello))) continue;
    test(`${what}, in ${way}, is the derivation's own matter`, () => {
      const { code, message: said, fixes = [] } = explain(linesOf(lines), { code: 100 });
      assert.deepEqual([code, said], ["derivation-failed", "hello-2.12.1 failed with exit code 2."]);
      assert.ok(fixes.every(({ command }) => command !== "morph.replaceHash"));
    });
  }

test("what a Nix inside a derivation says makes no rows of derivations that are none of this build", () => {
  const lines = ways["messages of a Nix inside the derivation"]?.(mismatch("/nix/store/abc-src.drv")) ?? [];
  const { detail } = explain([...lines, message(3, "  /nix/store/abc-inner.drv")]);
  assert.doesNotMatch(detail ?? "", /abc-src/);
});

/** Names that hold such words: of derivations, files, machines and builders. */
const names = [
  "OutOfMemoryError-1.0",
  "timed-out-after-5-seconds",
  "Exec-format-error",
  "signal-9",
  "No-space-left-on-device",
];

for (const name of names)
  test(`a derivation's name says nothing of why it failed: ${name}`, () => {
    const drvPath = drv(name);
    const lines = [
      totals(id(1)),
      building(id(2), drvPath),
      error(`builder for '${drvPath}' failed with exit code 2`),
      stop(id(2)),
    ];
    const { code, message: said } = explain(lines);
    assert.deepEqual([code, said], ["derivation-failed", `${name} failed with exit code 2.`]);
  });

/** Messages that name files -> what their names must not make of them. */
const files = [
  "opening file '/home/u/No space left on device/a.nix': Permission denied",
  "opening file '/home/u/out of memory/a.nix': Permission denied",
  'opening file "/srv/std::bad_alloc/broken pipe": Permission denied',
  "opening file '/home/u/cannot build on 'x'/a': Permission denied",
];

for (const text of files)
  test(`a file's name says nothing of why a build failed: ${text.slice(13, 40)}`, () =>
    assert.equal(explain([error(text)]).code, "build-failed"));

const fixesOf = (lines: readonly string[]) => explain(lines).fixes?.map(({ command }) => command) ?? [];
const own = mismatch(hello).join("\n").replace("error: ", "");

test("an edit is offered from Nix's own message, from its daemon's and from its builder's", () => {
  const begun = [totals(id(1)), building(id(2), hello)];
  assert.deepEqual(fixesOf([...begun, error(own), stop(id(2))]), ["morph.replaceHash"]);
  assert.deepEqual(fixesOf([...begun, message(0, `error: ${own}`), stop(id(2))]), ["morph.replaceHash"]);
  const framed = message(0, `error: build of '${hello}' on '${arm}' failed: ${own}`);
  const remote = [totals(id(1)), building(id(2), hello, arm), framed];
  assert.deepEqual(fixesOf([...remote, error(`builder for '${hello}' failed with exit code 1`), stop(id(2))]), [
    "morph.replaceHash",
  ]);
});

test("no edit is offered from a message that was passed on of what Nix says ended otherwise, was built, or never ran", () => {
  const passedOn = message(0, `error: ${own}`);
  const ended = error(`builder for '${hello}' failed with exit code 1`);
  const etcFails = [building(id(3), etc), error(`builder for '${etc}' failed with exit code 1`), stop(id(3))];
  for (const lines of [
    [totals(id(1)), building(id(2), hello), passedOn, ended, stop(id(2))],
    [building(id(2), hello), stop(id(2)), passedOn, ...etcFails],
    [totals(id(1)), passedOn, ...etcFails],
  ])
    assert.ok(!fixesOf(lines).includes("morph.replaceHash"), lines.join("\n"));
});
