import assert from "node:assert/strict";
import { test } from "node:test";
import { builder } from "../../../support/builders.ts";
import { arm, explain, hello, helloFails, system } from "../../../support/failures.ts";
import { building, built, error, id, serialised, stop, totals } from "../../../support/streams.ts";

const failed = `builder for '${hello}' failed with exit code 1`;
const failedNow = `Cannot build '${hello}'.\nReason: builder failed with exit code 1.`;
const note = "note: build failure may have been caused by lack of free disk space";
const noRoom = "error: writing to file: No space left on device";

/** How a full disk is reported -> whose disk it is. */
const fullDisks: Record<string, [lines: string[], whose: string]> = {
  "every version's note": [helloFails([], [`${failed};\n${note}`]), "this machine's disk is full"],
  "the note of 2.29 and later": [helloFails([], [`${failedNow}\n${note}`]), "this machine's disk is full"],
  "an error before it": [helloFails([], [noRoom, failed]), "this machine's disk is full"],
  "the builder": [
    helloFails([], [`build of '${hello}' on '${arm}' failed: ${failed};\n${note}`, failed], arm),
    "the disk of builder-arm is full",
  ],
  "copying to or from the builder": [
    helloFails([], [noRoom, failed], arm),
    "the disk of builder-arm, or of this machine, is full",
  ],
};

for (const [name, [lines, whose]] of Object.entries(fullDisks)) {
  test(`a disk is full: ${name}`, () => {
    const { code, message } = explain(lines);
    assert.equal(code, "disk-full");
    assert.ok(message.startsWith(`hello-2.12.1 could not be built: ${whose}. Free space in the Nix store`), message);
  });
}

test("a disk that is full before anything is built", () => {
  const { code, message } = explain([error("creating directory '/nix/store/x': No space left on device")]);
  assert.equal(code, "disk-full");
  assert.match(message, /^The disk is full\. Free space/);
  assert.equal(explain([error("executing SQLite statement: database or disk is full")]).code, "disk-full");
});

/** How it is reported that memory ran out -> the cause and where. */
const noMemory: Record<string, [lines: string[], code: string, where: string]> = {
  "a signal, up to 2.28": [
    helloFails([], [`builder for '${hello}' failed due to signal 9 (Killed)`]),
    "killed",
    "this machine",
  ],
  "a signal, 2.29 and later": [
    helloFails([], [`Cannot build '${hello}'.\nReason: builder failed due to signal 9 (Killed).`]),
    "killed",
    "this machine",
  ],
  "a command of the builder": [
    helloFails([], [`builder for '${hello}' failed with exit code 137`]),
    "killed",
    "this machine",
  ],
  "a signal on a builder": [
    helloFails(
      [],
      [`build of '${hello}' on '${arm}' failed: builder for '${hello}' failed due to signal 9 (Killed)`],
      arm,
    ),
    "killed",
    "builder-arm",
  ],
  "the compiler": [
    helloFails(["g++: fatal error: Killed signal terminated program cc1plus"], [failed]),
    "out-of-memory",
    "this machine",
  ],
  "the log": [
    helloFails(["virtual memory exhausted: Cannot allocate memory"], [failed], arm),
    "out-of-memory",
    "builder-arm",
  ],
};

for (const [name, [lines, code, where]] of Object.entries(noMemory)) {
  test(`memory ran out: ${name}`, () => {
    const problem = explain(lines);
    assert.equal(problem.code, code);
    assert.match(
      problem.message,
      /was killed \((?:exit code 137, )?SIGKILL\), probably by |, perhaps because memory ran out: /,
    );
    assert.ok(problem.message.includes(`Give ${where} more memory`), problem.message);
  });
}

test("Nix itself is out of memory, or was killed", () => {
  for (const said of [
    "Nix daemon out of memory",
    "out of memory",
    "Too many heap sections: Increase MAXHINCR or MAX_HEAP_SECTS",
  ])
    assert.equal(explain([error(said)]).code, "out-of-memory");
  const { code, message } = explain([], { code: null, signal: "SIGKILL" });
  assert.equal(code, "killed");
  assert.match(message, /^Nix was killed \(SIGKILL\)/);
});

/** Every version's words -> the cause and the setting. */
const timeouts: Record<string, [said: string, code: string, setting: string]> = {
  "2.3": [`building of '${hello}' timed out after 5 seconds`, "timed-out", "raise 'timeout' in"],
  "2.8": [`building of '${hello}!out' from .drv file timed out after 5 seconds`, "timed-out", "raise 'timeout' in"],
  "2.26": [`building of '${hello}^out' from .drv file timed out after 5 seconds`, "timed-out", "raise 'timeout' in"],
  "2.32": [
    `building of '${hello}' from in-memory derivation timed out after 5 seconds`,
    "timed-out",
    "raise 'timeout' in",
  ],
  "2.34 and 2.35": ["timed out after 5 seconds", "timed-out", "raise 'timeout' or 'max-silent-time' in"],
  "2.3, silent": [
    `building of '${hello}' timed out after 5 seconds of silence`,
    "timed-out-silent",
    "raise 'max-silent-time' in",
  ],
  "2.26, silent": [
    `building of '${hello}^*' from .drv file timed out after 5 seconds of silence`,
    "timed-out-silent",
    "raise 'max-silent-time' in",
  ],
};

for (const [name, [said, code, setting]] of Object.entries(timeouts)) {
  test(`a build took too long: ${name}`, () => {
    const problem = explain(helloFails(["ticking"], [said]));
    assert.equal(problem.code, code);
    assert.match(problem.message, /^hello-2\.12\.1 timed out(?: after 5 seconds|: no output for 5 seconds)\./);
    assert.ok(problem.message.includes(setting), problem.message);
  });
}

test("one that Nix does not name, of several that ran, is not guessed", () => {
  const lines = [
    totals(id(1)),
    building(id(2), hello),
    building(id(3), system),
    error("timed out after 5 seconds"),
    built(id(1), 0, 2),
    stop(id(2)),
    stop(id(3)),
  ];
  assert.match(explain(lines).message, /^A derivation timed out/);
});

test("a connection that timed out is no build that took too long", () => {
  const said = `cannot build on '${arm}': error: cannot connect to 'builder-arm': Connection timed out during banner exchange`;
  assert.equal(explain([error(said)]).code, "builder-unreachable");
});

const shell = (name: string) => `/nix/store/abc-${name}/bin/sh`;

/** How Nix says that it could not execute the builder -> what is known of it. */
const formats: Record<string, [lines: string[], where: string, programs: string]> = {
  "2.3": [
    helloFails([], [`while setting up the build environment: executing '${shell("bash")}': Exec format error`, failed]),
    "this machine",
    "programs for aarch64-linux",
  ],
  "2.8, in the log": [
    helloFails(["\u0001", serialised(`executing '${shell("bash")}': Exec format error`)], [failed]),
    "this machine",
    "programs for aarch64-linux",
  ],
  "2.34, in the log": [
    helloFails([`error: executing '${shell("busybox-riscv64-linux")}': Exec format error`], [failedNow]),
    "this machine",
    "programs for riscv64-linux",
  ],
  "a builder": [
    helloFails(
      [`error: executing '${shell("bash")}': Exec format error`],
      [`build of '${hello}' on '${arm}' failed: ${failed}`],
      arm,
    ),
    "builder-arm",
    "programs for aarch64-linux",
  ],
};

for (const [name, [lines, where, programs]] of Object.entries(formats)) {
  test(`a program of another system: ${name}`, () => {
    const { code, message } = explain(lines, {}, { system: "aarch64-linux" });
    assert.equal(code, "exec-format");
    assert.ok(message.startsWith(`hello-2.12.1 could not be built: ${where} cannot run ${programs} `), message);
    assert.match(message, /boot\.binfmt\.emulatedSystems = \[ "\w+-linux" \].*F flag.*'extra-sandbox-paths'/);
  });
}

/** A log that speaks of it -> where. */
const perhaps: Record<string, [lines: string[], where: string]> = {
  "a shell": [
    helloFails(["/nix/store/abc-hello/bin/hello: cannot execute binary file: Exec format error"], [failed]),
    "this machine",
  ],
  "another shell": [
    helloFails(["hello: cannot execute binary file"], [`builder for '${hello}' failed with exit code 126`]),
    "this machine",
  ],
  "a builder": [
    helloFails(["hello: cannot execute binary file"], [`build of '${hello}' on '${arm}' failed: ${failed}`], arm),
    "builder-arm",
  ],
};

for (const [name, [lines, where]] of Object.entries(perhaps)) {
  test(`perhaps a program of another system: ${name}`, () => {
    const { code, message } = explain(lines, {}, { system: "aarch64-linux" });
    assert.equal(code, "exec-format");
    assert.match(message, /^hello-2\.12\.1 failed with exit code \d+, perhaps because /);
    assert.ok(message.includes(`${where} cannot run programs for aarch64-linux: its log says '`), message);
  });
}

test("what this machine runs by itself does not fail for want of an emulator", () => {
  const lines = helloFails(["hello: cannot execute binary file"], [failed]);
  assert.equal(explain(lines, {}, { system: "x86_64-linux" }).code, "derivation-failed");
  assert.match(explain(lines).message, /cannot run programs of its system: .*emulatedSystems = \[ \.\.\. \]/);
});

test("a builder of this machine's system that is no program is named as that, without an emulator", () => {
  const lines = helloFails(["error: executing '/nix/store/x-builder.sh': Exec format error"], [failed]);
  const { code, message } = explain(lines, {}, { system: "x86_64-linux" });
  assert.equal(code, "exec-format");
  assert.match(message, /its builder is not a program that this machine can run/);
  assert.doesNotMatch(message, /binfmt/);
});

test("the only system that this machine claims and does not run is the one", () => {
  const lines = helloFails(["hello: cannot execute binary file"], [failed]);
  const here = builder("local", { "x86_64-linux": "native", "aarch64-linux": "impossible" });
  assert.match(explain(lines, {}, { builders: [here] }).message, /cannot run programs for aarch64-linux: /);
});
