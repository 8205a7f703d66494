import assert from "node:assert/strict";
import { test } from "node:test";
import { arm, etc, explain, hello, helloFails, system } from "../../../support/failures.ts";
import { building, error, id, message, stop, totals } from "../../../support/streams.ts";

const refused = [
  error(
    `cannot build on '${arm}': error: cannot open connection to remote store '${arm}': error: unexpected end-of-file`,
  ),
  "ssh: connect to host builder-arm port 22: Connection refused\r",
];

/** What Nix does when a builder does not respond. */
const unreachable: Record<string, string[]> = {
  "2.8, ssh-ng": [
    ...refused,
    error("unable to start any build; remote machines may not have all required system features."),
  ],
  "2.8, with the warning that no builder accepts it": [
    ...refused,
    message(
      1,
      `Failed to find a machine for remote build!\nderivation: ${etc.slice(11)}\nrequired (system, features): (aarch64-linux, )`,
    ),
    error("unable to start any build; remote machines may not have all required system features."),
  ],
  "2.8, where this machine would build if it could": [
    ...refused,
    error(
      `a 'aarch64-linux' with features {} is required to build '${etc}', but I am a 'x86_64-linux' with features {}`,
    ),
  ],
  "2.34": [
    ...refused,
    error(`Cannot build '${etc}'.\nReason: local builds are disabled (max-jobs = 0)\nHint: set 'max-jobs'`),
    error(`Cannot build '${system}'.\nReason: 1 dependency failed.`),
  ],
};

for (const [name, lines] of Object.entries(unreachable)) {
  test(`a builder cannot be reached: ${name}`, () => {
    const { code, message: said, detail } = explain(lines);
    assert.equal(code, "builder-unreachable");
    assert.match(said, /^The builder builder-arm cannot be reached \(Connection refused\)\./);
    assert.match(detail ?? "", /cannot open connection to remote store.*Connection refused$/s);
  });
}

test("a builder cannot be reached: ssh, the old protocol", () => {
  const { code, message: said } = explain([
    error(
      "cannot build on 'ssh://host2': error: cannot connect to 'host2': Connection timed out during banner exchange",
    ),
  ]);
  assert.equal(code, "builder-unreachable");
  assert.match(said, /^The builder host2 /);
});

test("a connection that breaks in the middle of a build is named, not the exit code that Nix makes of it", () => {
  const { code, message: said } = explain([
    totals(id(1)),
    building(id(2), hello, arm),
    error("unexpected end-of-file"),
    error(`builder for '${hello}' failed with exit code 1`),
    stop(id(2)),
  ]);
  assert.equal(code, "builder-lost");
  assert.match(said, /^Lost connection to builder-arm while building hello-2\.12\.1\. /);
});

test("a failure on one builder is not blamed on another that could not be reached", () => {
  const { code, message: said } = explain([
    ...refused,
    totals(id(1)),
    building(id(2), hello, "ssh-ng://other"),
    error(`build of '${hello}' on 'ssh-ng://other' failed: builder for '${hello}' failed with exit code 2`),
    stop(id(2)),
  ]);
  assert.deepEqual([code, said], ["derivation-failed", "hello-2.12.1 failed with exit code 2."]);
});

const eof = `cannot build on '${arm}': error: cannot open connection to remote store '${arm}': error: unexpected end-of-file`;

/** What is said of a builder, of Nix by its version and of ssh -> the cause, and a part of the message. */
const reasons: Record<string, [lines: string[], code: string, part: string]> = {
  "ssh found another host key (2.8)": [
    [
      "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @",
      "Host key for builder-arm has changed and you have requested strict checking.",
      "Host key verification failed.",
      error(eof),
    ],
    "builder-host-key",
    "has changed",
  ],
  "ssh knows no host key (2.8)": [
    ["Host key verification failed.", error(eof)],
    "builder-host-key",
    "could not be verified",
  ],
  "ssh was refused (2.8)": [
    ["root@127.0.0.1: Permission denied (publickey,keyboard-interactive).", error(eof)],
    "builder-denied",
    "refused the login",
  ],
  "ssh was refused (2.34)": [
    [
      error(
        `cannot build on '${arm}': error: failed to start SSH connection to 'builder-arm': root@builder-arm: Permission denied (publickey).`,
      ),
    ],
    "builder-denied",
    "refused the login",
  ],
  "ssh tried too many keys (Lix)": [
    [
      "Received disconnect from 10.0.0.2 port 22:2: Too many authentication failures",
      error(`cannot build on '${arm}': error: cannot connect to 'builder-arm'`),
    ],
    "builder-denied",
    "refused the login",
  ],
  "ssh does not know the name": [
    ["ssh: Could not resolve hostname builder-arm: Name or service not known", error(eof)],
    "builder-not-found",
    "cannot be resolved",
  ],
  "there is no Nix (bash, 2.3)": [
    ["bash: nix-store: command not found", error(`cannot build on '${arm}': cannot connect to 'builder-arm'`)],
    "builder-no-nix",
    "did not find Nix on",
  ],
  "there is no Nix (dash)": [["sh: 1: nix-daemon: not found", error(eof)], "builder-no-nix", "did not find Nix on"],
  "there is no Nix (zsh)": [
    ["zsh:1: command not found: nix-daemon", error(eof)],
    "builder-no-nix",
    "did not find Nix on",
  ],
  "there is no Nix (fish)": [
    ["fish: Unknown command: nix-daemon", error(eof)],
    "builder-no-nix",
    "did not find Nix on",
  ],
  "its shell talks (ssh)": [
    [
      error(
        `cannot build on '${arm}': error: 'nix-store --serve' protocol mismatch from 'builder-arm', got 'Welcome to builder-arm!'`,
      ),
    ],
    "builder-protocol",
    "but with 'Welcome to builder-arm!'",
  ],
  "its shell talks (ssh-ng)": [
    [
      error(
        `cannot build on '${arm}': error: cannot open connection to remote store '${arm}': error: protocol mismatch`,
      ),
    ],
    "builder-protocol",
    "did not respond like Nix.",
  ],
  "there is no ssh": [
    [error(`cannot build on '${arm}': error: unable to execute 'ssh': No such file or directory`)],
    "no-ssh",
    "did not find ssh",
  ],
  "there is no way (2.15 to 2.35)": [
    [
      "ssh: connect to host builder-arm port 22: No route to host",
      error(`cannot build on '${arm}': error: failed to start SSH connection to 'builder-arm'`),
    ],
    "builder-unreachable",
    "(No route to host)",
  ],
  "it does not answer": [
    ["Connection to 10.77.0.2 port 22 timed out", error(eof)],
    "builder-unreachable",
    "(Connection to 10.77.0.2 port 22 timed out)",
  ],
  "nothing is known": [
    [error(`cannot build on '${arm}': error: failed to start SSH master connection to 'builder-arm'`)],
    "builder-unreachable",
    "without prompting",
  ],
  "nothing is known (2.0)": [
    [error(`unable to open SSH connection to '${arm}': error; trying other available machines...`)],
    "builder-unreachable",
    "without prompting",
  ],
};

for (const [name, [lines, code, part]] of Object.entries(reasons)) {
  test(`why a builder is not reached: ${name}`, () => {
    const problem = explain([
      ...lines,
      error("unable to start any build; remote machines may not have all required system features."),
    ]);
    assert.equal(problem.code, code);
    assert.ok(problem.message.includes(part), problem.message);
    assert.ok(problem.message.includes("builder-arm"), problem.message);
  });
}

test("all unreachable builders are named, and the output of ssh about one is not attributed to another", () => {
  const { code, message: said } = explain([
    "Host key verification failed.",
    "ssh: connect to host other port 22: Connection refused",
    error(eof),
    error(eof.replaceAll(arm, "ssh://other")),
  ]);
  assert.equal(code, "builder-unreachable");
  assert.match(said, /^The builder builder-arm, other cannot be reached\./);
});

/** Every version's words for a connection that broke. */
const broken: Record<string, string> = {
  "2.8": "unexpected end-of-file",
  "2.26 and 2.34, ssh-ng": "Nix daemon disconnected unexpectedly (maybe it crashed?)",
  "while copying": "writing to file: Broken pipe",
  "2.3": "reading from file: Connection reset by peer",
};

for (const [name, said] of Object.entries(broken)) {
  test(`a connection broke: ${name}`, () => {
    const lines = helloFails(
      ["compiling"],
      [said, `Cannot build '${hello}'.\nReason: builder failed with exit code 1.`],
      arm,
    );
    assert.equal(explain(lines).code, "builder-lost");
    assert.notEqual(
      explain(helloFails([], [said, `builder for '${hello}' failed with exit code 1`])).code,
      "builder-lost",
    );
  });
}

test("what the builder itself says of a build is not a broken connection", () => {
  const own = `build of '${hello}' on '${arm}' failed: builder for '${hello}' failed with exit code 2`;
  assert.equal(explain(helloFails([], [own, "unexpected end-of-file"], arm)).code, "derivation-failed");
});
