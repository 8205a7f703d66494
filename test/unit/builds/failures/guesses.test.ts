import assert from "node:assert/strict";
import { test } from "node:test";
import { isClue } from "../../../../server/src/builds/stream/clues.ts";
import type { CommandResult } from "../../../../server/src/records/format/schemas.ts";
import { builder } from "../../../support/builders.ts";
import { arm, explain, hello, helloFails } from "../../../support/failures.ts";

// What a log says of a cause is a guess: called one, and checked against what was measured.

const failed = `builder for '${hello}' failed with exit code 2`;
const remote = `build of '${hello}' on '${arm}' failed: ${failed}`;
const noRoom = "cp: error writing 'x.o': No space left on device";

/** Lines of tests that pass, of checks and of sources: none is a cause. */
const harmless = [
  "PASS: write fails with No space left on device",
  "test returns out of memory ... ok",
  "test net::oom reports out of memory ... FAILED",
  "checking whether we are cross compiling... ./conftest: cannot execute binary file: Exec format error",
  "ok 12 - ENOSPC: No space left on device",
  "not ok 3 - malloc: out of memory",
  "✓ reports No space left on device (3 ms)",
  "[       OK ] Disk.NoSpaceLeftOnDevice: No space left on device (0 ms)",
  "--- PASS: TestFull/No space left on device (0.00s)",
  "    expected std::bad_alloc, got out of memory",
  "it should say No space left on device",
  "write: No space left on device (skipped)",
  "main.c:3:1: warning: function may return 'out of memory'",
  '   12 | die("out of memory");',
  "+ echo 'Exec format error'",
  "testing for OutOfMemoryError",
  "reading 'No space left on device.txt'",
];

for (const line of harmless)
  test(`no cause is guessed from: ${line}`, () => {
    for (const lines of [helloFails([line], [failed]), helloFails([line], [remote], arm)]) {
      const { code, message } = explain(lines, {}, { system: "aarch64-linux" });
      assert.deepEqual([code, message], ["derivation-failed", "hello-2.12.1 failed with exit code 2."]);
    }
  });

/** Lines by which programs report a cause -> its code. */
const causes: Record<string, string> = {
  [noRoom]: "disk-full",
  "ld: final link failed: No space left on device": "disk-full",
  "fatal error: error writing to /tmp/ccX.s: Disk quota exceeded": "disk-full",
  "g++: fatal error: Killed signal terminated program cc1plus": "out-of-memory",
  "c++: internal compiler error: Killed (program cc1plus)": "out-of-memory",
  "virtual memory exhausted: Cannot allocate memory": "out-of-memory",
  "cc1plus: out of memory allocating 65536 bytes after a total of 9 bytes": "out-of-memory",
  "terminate called after throwing an instance of 'std::bad_alloc'": "out-of-memory",
  "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory": "out-of-memory",
  'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space': "out-of-memory",
  "error: could not compile `x` (signal: 9, SIGKILL: kill)": "out-of-memory",
  "./stage1: cannot execute binary file: Exec format error": "exec-format",
};

for (const [line, code] of Object.entries(causes)) {
  test(`a guess is called one, and quotes the line: ${line}`, () => {
    const problem = explain(
      helloFails(["compiling", line, "make: *** [all] Error 1"], [failed]),
      {},
      { system: "aarch64-linux" },
    );
    assert.equal(problem.code, code);
    assert.match(problem.message, /^hello-2\.12\.1 failed with exit code 2, perhaps because /);
    assert.ok(problem.message.includes(`its log says '${line}'`), problem.message);
  });

  test(`it is looked for in the whole log: ${line}`, () => {
    const more = Array.from({ length: 5000 }, (_, index) => `[${index}/5000] CC x${index}.o`);
    const lines = helloFails([line, ...more], [failed]);
    assert.equal(explain(lines, {}, { system: "aarch64-linux" }).code, code);
    assert.ok(isClue(line));
  });
}

const mebi = 1024 ** 2;
const space = (store: number, build: number): Partial<CommandResult> => ({
  space: { store: { before: 9e12, least: store }, build: { before: 9e12, least: build } },
});

/** What was free at least -> what is made of a log that says that the disk was full. */
const measured: Record<string, [result: Partial<CommandResult>, code: string, message: RegExp]> = {
  "nothing was measured": [{}, "disk-full", /, perhaps because the disk of this machine is full: /],
  "the store's was full": [
    space(3 * mebi, 9e11),
    "disk-full",
    /^hello-2\.12\.1 failed with exit code 2: this machine's disk is full\./,
  ],
  "the other one was full": [space(9e11, 0), "disk-full", /: this machine's disk is full\./],
  "little was left": [space(300 * mebi, 9e11), "disk-full", /, perhaps because /],
  "there was room": [space(9e11, 8e11), "derivation-failed", /^hello-2\.12\.1 failed with exit code 2\.$/],
};

for (const [name, [result, code, message]] of Object.entries(measured))
  test(`a log says that the disk is full, and ${name}`, () => {
    const problem = explain(helloFails([noRoom], [failed]), result);
    assert.equal(problem.code, code);
    assert.match(problem.message, message);
  });

test("what was free here says nothing of a builder's disk", () => {
  const { code, message } = explain(helloFails([noRoom], [remote], arm), space(9e11, 9e11));
  assert.equal(code, "disk-full");
  assert.match(message, /perhaps because the disk of builder-arm is full/);
});

test("Nix's own note needs no second witness", () => {
  const note = `${failed};\nnote: build failure may have been caused by lack of free disk space`;
  assert.match(
    explain(helloFails([], [note]), space(9e11, 9e11)).message,
    /could not be built: this machine's disk is full\./,
  );
});

test("an emulator that crashes is guessed only of what is emulated", () => {
  const line = "qemu: uncaught target signal 11 (Segmentation fault) - core dumped";
  const here = builder("local", { "x86_64-linux": "native", "aarch64-linux": "emulated" });
  const of = (system: string) => explain(helloFails([line], [failed]), {}, { system, builders: [here] });
  assert.equal(of("aarch64-linux").code, "emulator-crashed");
  assert.match(
    of("aarch64-linux").message,
    /perhaps because the emulator crashed on this machine: its log says 'qemu: /,
  );
  assert.equal(of("x86_64-linux").code, "derivation-failed");
  assert.equal(explain(helloFails([line], [remote], arm)).code, "emulator-crashed");
});
