import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommandResult } from "../../../../server/src/records/format/schemas.ts";
import { arm, etc, explain, hello, helloFails, system } from "../../../support/failures.ts";
import { building, built, error, id, logLine, message, stop, totals } from "../../../support/streams.ts";

/** What Nix says of a derivation that failed -> what we say. */
const derivation: Record<string, [said: string, message: string]> = {
  "an exit code": [`builder for '${hello}' failed with exit code 2`, "hello-2.12.1 failed with exit code 2."],
  "an exit code in the words of 2.34": [
    `Cannot build '${hello}'.\nReason: builder failed with exit code 2.\nOutput paths:\n  /nix/store/x`,
    "hello-2.12.1 failed with exit code 2.",
  ],
  "a signal": [
    `builder for '${hello}' failed due to signal 11 (Segmentation fault)`,
    "hello-2.12.1 was killed by signal 11 (Segmentation fault).",
  ],
  "no output": [
    `builder for '${hello}' failed to produce output path for output 'man' at '/nix/store/x'`,
    "hello-2.12.1 did not produce its output 'man'.",
  ],
  "another reason": [
    `hash mismatch in fixed-output derivation '${hello}': see the log`,
    "hello-2.12.1 failed: hash mismatch in fixed-output derivation 'hello-2.12.1.drv': see the log.",
  ],
};

for (const [name, [said, expected]] of Object.entries(derivation)) {
  test(`a derivation failed with ${name}`, () => {
    const problem = explain([
      totals(id(1)),
      building(id(2), hello),
      logLine(id(2), "\u001b[31mboom\u001b[0m"),
      error(said),
      built(id(1), 0, 2, 0, 1),
      stop(id(2)),
      error(`1 dependencies of derivation '${system}' failed to build`),
    ]);
    assert.deepEqual([problem.code, problem.message], ["derivation-failed", expected]);
    assert.equal(problem.detail, `${said}\nLast log lines:\nboom`);
  });
}

test("of a build on a remote builder the builder's own exit code counts, which comes first", () => {
  const { message: said } = explain([
    totals(id(1)),
    building(id(2), hello, arm),
    error(
      `build of '${hello}' on '${arm}' failed: builder for '${hello}' failed with exit code 42;\nlast 1 log lines:\n> boom`,
    ),
    error(`builder for '${hello}' failed with exit code 1`),
    stop(id(2)),
  ]);
  assert.equal(said, "hello-2.12.1 failed with exit code 42.");
});

test("only a derivation that failed itself is named, and its log lines are in the detail only if there are any", () => {
  const said = `builder for '${hello}' failed with exit code 2`;
  const problem = explain([error(`1 dependencies of derivation '${system}' failed to build`), error(said)]);
  assert.deepEqual([problem.message, problem.detail], ["hello-2.12.1 failed with exit code 2.", said]);
});

test("a Nix that could not be started is said before anything else", () => {
  const { code, message, detail } = explain([error("whatever")], { code: null, error: "spawn nix-store ENOENT" });
  assert.deepEqual([code, detail], ["no-nix", "spawn nix-store ENOENT"]);
  assert.match(message, /: 'nix-store' was not found\. Install Nix, or set morph\.nix\.binDir /);
  const denied = explain([], { code: null, error: "spawn nix-store EACCES" });
  assert.deepEqual([denied.code, denied.message], ["no-nix", "Nix could not be started: spawn nix-store EACCES."]);
});

/** Anything else -> what we say. */
const others: Record<string, [lines: string[], result: Partial<CommandResult>, message: string]> = {
  "the last error": [[error("first"), error("second\nmore")], {}, "The build failed: second."],
  "its cause and not what follows from that": [
    [error("first"), error(`build of '${hello}' failed`), error("interrupted by the user")],
    {},
    "The build failed: first.",
  ],
  "what follows, where there is no other word": [
    [error(`build of '${hello}' failed\nmore`)],
    {},
    "The build failed: build of 'hello-2.12.1.drv' failed.",
  ],
  "the cause before a hint (2.8)": [
    [
      error("opening file '/x': No such file or directory"),
      message(0, "(use '--show-trace' to show detailed location information)"),
    ],
    {},
    "The build failed: opening file '/x': No such file or directory.",
  ],
  "the cause behind its trace (2.19 and later)": [
    [message(0, "error:\n       … while opening the store\n\n       error: the database is locked")],
    {},
    "The build failed: the database is locked.",
  ],
  "the cause before its trace (up to 2.18, --show-trace)": [
    [message(0, "error: the database is locked\n\n       … while opening the store")],
    {},
    "The build failed: the database is locked.",
  ],
  "what was printed besides": [
    ["", "nix-store: command not found"],
    {},
    "The build failed: nix-store: command not found.",
  ],
  "an exit code and no word": [[], { code: 3 }, "Nix exited with exit code 3 and no error message."],
  "a signal and no word": [[], { code: null, signal: "SIGABRT" }, "Nix exited with SIGABRT and no error message."],
  "the last error and no warning": [
    [
      error("first"),
      message(1, `warning: ignoring substitute for '${hello}' from 'x', as it's not signed by any of the keys`),
    ],
    {},
    "The build failed: first.",
  ],
};

for (const [name, [lines, result, expected]] of Object.entries(others)) {
  test(`any other failure is explained by ${name}`, () => {
    const { code, message: said } = explain(lines, result);
    assert.deepEqual([code, said], ["build-failed", expected]);
  });
}

/** Nix's own copy of the last lines, version by version; ours takes its place. */
const copies: Record<string, string> = {
  "2.3": `builder for '${hello}' failed with exit code 2; last 2 log lines:\n  one\n  two`,
  "2.4 to 2.28": `builder for '${hello}' failed with exit code 2;\nlast 2 log lines:\n> one\n> two\nFor full logs, run 'nix log ${hello}'.`,
  Lix: `builder for '${hello}' failed with exit code 2;\nlast 2 log lines:\n> one\n> two\nFor full logs, run:\n\tnix log ${hello}`,
  "2.29 and later": `Cannot build '${hello}'.\nReason: builder failed with exit code 2.\nLast 2 log lines:\n> one\n> two\nFor full logs, run:\n  nix log ${hello}`,
};

for (const [name, said] of Object.entries(copies)) {
  test(`the last twenty lines are shown once: ${name}`, () => {
    const log = Array.from({ length: 25 }, (_, index) => `line ${index + 1}`);
    const { code, message: text, detail = "" } = explain(helloFails(log, [said]));
    assert.deepEqual([code, text], ["derivation-failed", "hello-2.12.1 failed with exit code 2."]);
    const [head = "", lines = ""] = detail.split("\nLast log lines:\n");
    assert.deepEqual(lines.split("\n"), log.slice(5));
    assert.doesNotMatch(head, /log lines|> one/);
    // Where no lines came through, Nix's are better than none.
    assert.match(explain(helloFails([], [said])).detail ?? "", /\nLast log lines:\none\ntwo$/);
  });
}

test("of several that failed the first one is named, and never one that only depends on it", () => {
  const failed = (drvPath: string) => error(`builder for '${drvPath}' failed with exit code 2`);
  const dependent = error(`1 dependencies of derivation '${system}' failed to build`);
  assert.match(explain([failed(hello), failed(etc), dependent]).message, /^hello-2\.12\.1 failed/);
  assert.match(explain([failed(etc), failed(hello), dependent]).message, /^etc failed/);
});

/** Every version's words for a derivation of which another failed. */
const dependents: Record<string, string> = {
  "2.3": `cannot build derivation '${system}': 1 dependencies couldn't be built`,
  "2.4 to 2.28, Lix": `1 dependencies of derivation '${system}' failed to build`,
  "2.29 and later": `Cannot build '${system}'.\nReason: 1 dependency failed.\nOutput paths:\n  /nix/store/x`,
};

for (const [name, said] of Object.entries(dependents)) {
  test(`a dependency that Nix does not name: ${name}`, () => {
    const { code, message: text } = explain([error(said)]);
    assert.equal(code, "dependency-failed");
    assert.match(text, /^A dependency of nixos-system-eiffel failed/);
  });
}

test("an error that names no derivation is that of the one that failed", () => {
  const said = "output '/nix/store/x-hello' is not allowed to refer to the following paths:\n  /nix/store/y";
  const { code, message: text } = explain([
    totals(id(1)),
    building(id(2), hello),
    error(said),
    built(id(1), 0, 2, 0, 1),
    stop(id(2)),
    error(`Cannot build '${system}'.\nReason: 1 dependency failed.`),
  ]);
  assert.equal(code, "derivation-failed");
  assert.match(text, /^hello-2\.12\.1 refers to y, which is not allowed\.$/);
});
