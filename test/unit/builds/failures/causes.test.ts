import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { arm, explain, hello, helloFails } from "../../../support/failures.ts";
import { building, error, id, logLine, message, serialised, stop, totals } from "../../../support/streams.ts";

const failed = `builder for '${hello}' failed with exit code 1`;
const framed = (said: string) => `build of '${hello}' on '${arm}' failed: ${said}`;
const seccomp = "unable to load seccomp BPF program: Invalid argument";
const unprivileged = "you are not privileged to build input-addressed derivations";
const noShell = "executing '/bin/sh': No such file or directory";
const noPath = "getting attributes of path '/run/binfmt': No such file or directory";

/** hello is built on a builder, whose Nix says this. */
const remote = (...said: readonly string[]) => [
  totals(id(1)),
  building(id(2), hello, arm),
  ...said.map(text => message(0, `error: ${framed(text)}`)),
  error(failed),
  stop(id(2)),
];

/** What is said -> the cause and its sentence. */
const causes: Record<string, [lines: string[], code: string, message: RegExp]> = {
  "a machine line that Nix refuses, whose password is not shown": [
    [
      totals(id(1)),
      message(
        0,
        "error: bad machine specification: failed to convert column #3 in a row: 'ssh://u:secret@a x - many' to 'unsigned int'",
      ),
      error("unexpected EOF reading a line"),
    ],
    "bad-machine-line",
    /^Nix refuses the machine line 'ssh:\/\/\*\*\*@a x - many' because of its field 4, and with it every build/,
  ],
  "a machine line without an address": [
    [
      message(0, "error: bad machine specification: store URL was not found at the first column of a row: '  '"),
      error("unexpected EOF reading a line"),
    ],
    "bad-machine-line",
    /^Nix refuses a machine line, and with it every build/,
  ],
  "seccomp, in the log (2.34)": [
    helloFails([`error: ${seccomp}`], [failed]),
    "no-seccomp",
    /^hello-2\.12\.1 could not be started: the kernel of this machine does not accept seccomp filters.*'filter-syscalls = false'/,
  ],
  "seccomp, in the log (2.8)": [
    helloFails(["\u0001", serialised(`while setting up the build environment: ${seccomp}`)], [failed]),
    "no-seccomp",
    /this machine does not accept seccomp/,
  ],
  "seccomp, on a builder": [
    remote(`error: while setting up the build environment: ${seccomp}`),
    "no-seccomp",
    /the kernel of builder-arm does not accept seccomp/,
  ],
  "seccomp, here (2.3)": [
    helloFails([], [`while setting up the build environment: ${seccomp}`, failed]),
    "no-seccomp",
    /this machine does not accept seccomp/,
  ],
  "not privileged on the builder (ssh-ng)": [
    remote(unprivileged),
    "untrusted-on-builder",
    /^hello-2\.12\.1 could not be built: builder-arm does not trust the user that ssh logs in as\. Add that user to 'trusted-users'/,
  ],
  "not privileged on the builder (ssh-ng of 2.8, whose daemon does not say what)": [
    [
      totals(id(1)),
      building(id(2), hello, arm),
      message(0, `\u001b[31;1merror:\u001b[0m ${unprivileged}`),
      error(failed),
      stop(id(2)),
    ],
    "untrusted-on-builder",
    /^hello-2\.12\.1 could not be built: builder-arm does not trust the user/,
  ],
  "words of no derivation, beside one that has written a log": [
    [
      totals(id(1)),
      building(id(2), hello, arm),
      logLine(id(2), "compiling"),
      message(0, `error: ${unprivileged}`),
      error(failed),
      stop(id(2)),
    ],
    "derivation-failed",
    /^hello-2\.12\.1 failed on builder-arm\.$/,
  ],
  "not privileged on the builder (ssh)": [
    helloFails([`error: ${unprivileged}`], [failed], "ssh://builder-arm"),
    "untrusted-on-builder",
    /builder-arm does not trust the user/,
  ],
  "a log that says so among other things": [
    helloFails(["compiling", `error: ${unprivileged}`], [failed], arm),
    "derivation-failed",
    /^hello-2\.12\.1 failed on builder-arm\.$/,
  ],
  "a log that says so here": [helloFails([`error: ${unprivileged}`], [failed]), "derivation-failed", /exit code 1\.$/],
  "no program, in the log (2.34)": [
    helloFails([`error: ${noShell}`], [failed]),
    "program-missing",
    /^hello-2\.12\.1 could not be started: \/bin\/sh does not exist on this machine\./,
  ],
  "no program, in the log (2.8)": [
    helloFails(["\u0001", serialised(noShell)], [failed]),
    "program-missing",
    /\/bin\/sh/,
  ],
  "no program, on a builder": [
    remote(`builder for '${hello}' failed with exit code 1;\n       last 1 log lines:\n       > error: ${noShell}`),
    "program-missing",
    /\/bin\/sh does not exist on builder-arm/,
  ],
  "a builder's builder that says so after other words": [
    helloFails(["compiling", noShell], [failed]),
    "derivation-failed",
    /exit code 1\.$/,
  ],
  "no sandbox path (2.8), with a hint behind it": [
    [error(noPath), message(0, "(use '--show-trace' to show detailed location information)")],
    "sandbox-path-missing",
    /^Nix could not set up its sandbox: \/run\/binfmt does not exist on this machine, .*'extra-sandbox-paths'/,
  ],
  "no sandbox path (2.34), behind a trace": [
    [
      message(
        0,
        `error:\n       … while setting up the build environment\n\n       error: ${noPath.replaceAll("'", '"')}`,
      ),
    ],
    "sandbox-path-missing",
    /\/run\/binfmt does not exist/,
  ],
  "no sandbox path, with a word behind it": [
    [error(noPath), error("interrupted by the user"), error(`build of '${hello}' failed`)],
    "sandbox-path-missing",
    /\/run\/binfmt/,
  ],
  "no sandbox path on a builder": [remote(`error: ${noPath}`), "sandbox-path-missing", /does not exist on builder-arm/],
  "a store path that is not there": [
    [error("getting attributes of path '/nix/store/00000000000000000000000000000000-a': No such file or directory")],
    "build-failed",
    /^The build failed: getting attributes of path 'a': No such file or directory\.$/,
  ],
  "no output, on a builder": [
    remote(`builder for '${hello}' failed to produce output path for output 'man' at '/nix/store/x-man'`),
    "derivation-failed",
    /^hello-2\.12\.1 did not produce its output 'man' \(on builder-arm\)\.$/,
  ],
  "a source that is gone (nixpkgs)": [
    helloFails(
      [
        "trying https://example.org/a.tar.gz",
        "curl: (22) The requested URL returned error: 404",
        "error: cannot download a.tar.gz from any mirror",
      ],
      [failed],
    ),
    "source-gone",
    /^hello-2\.12\.1 could not be downloaded: its server no longer has it \(curl: \(22\) The requested URL returned error: 404\)\./,
  ],
  "a source that is gone (builtin:fetchurl, git)": [
    helloFails(["fatal: repository 'https://example.org/a/' not found"], [failed]),
    "source-gone",
    /not found/,
  ],
  "a source whose server cannot be reached": [
    helloFails(["curl: (6) Could not resolve host: example.org"], [failed]),
    "source-unreachable",
    /its server cannot be reached \(curl: \(6\)/,
  ],
  "a test that fetches and fails by itself": [
    helloFails(
      ["curl: (22) The requested URL returned error: 404"],
      [`builder for '${hello}' failed with exit code 2`],
    ),
    "derivation-failed",
    /exit code 2\.$/,
  ],
};

for (const [name, [lines, code, text]] of Object.entries(causes)) {
  test(`a cause is named: ${name}`, () => {
    const problem = explain(lines);
    assert.equal(problem.code, code, JSON.stringify(problem));
    assert.match(problem.message, text);
    // One plain sentence: the rest is in the detail.
    assert.doesNotMatch(problem.message, /\/nix\/store\/|^error: |\(error: |failed \(|ssh-ng:\/\/|\p{Cc}/u);
    assert.notEqual(problem.detail ?? "", "");
  });
}

test("every code is in the table of failures", () => {
  const source = path.resolve(import.meta.dirname, "../../../../server/src");
  const codes = ["builds/failures", "ssh"]
    .flatMap(folder =>
      readdirSync(path.join(source, folder), { recursive: true, encoding: "utf8" }).map(file =>
        path.join(folder, file),
      ),
    )
    .filter(file => file.endsWith(".ts"))
    .flatMap(file => {
      const text = readFileSync(path.join(source, file), "utf8");
      return [...text.matchAll(/(?:problemOf|errorProblem)\(\s*"([a-z-]+)"|code: "([a-z-]+)"/g)].map(
        ([, a, b]) => a ?? b ?? "",
      );
    });
  const table = readFileSync(path.resolve(source, "../../docs/failures.md"), "utf8");
  assert.ok(new Set(codes).size > 25);
  for (const code of codes) assert.match(table, new RegExp(`^\\| \`${code}\``, "m"), code);
});

test("what failed under emulation may have failed because of it, and what ran natively did not", () => {
  const sentence = "It was built under emulation, which can make tests fail and programs crash.";
  const lines = helloFails(["1 test failed"], [failed]);
  const message = (system: string) => explain(lines, {}, { system }).message;
  assert.equal(message("armv7l-linux"), `hello-2.12.1 failed with exit code 1. ${sentence}`);
  assert.equal(message("x86_64-linux"), "hello-2.12.1 failed with exit code 1.");
});
