import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { tools } from "../../../../scripts/setup/tools.mjs";
import { processorOf, programFor } from "../../../../server/src/builders/check/program.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";

const folder = tempFolder("program");
after(() => removeTree(folder));

/** System -> the processor whose program proves it. */
const systems: Readonly<Record<string, string | undefined>> = {
  "x86_64-linux": "x86_64",
  "i686-linux": "i686",
  "i586-linux": "i686",
  "aarch64-linux": "aarch64",
  "armv7l-linux": "armv7l",
  "armv6l-linux": "armv7l",
  "riscv64-linux": "riscv64",
  "aarch64-darwin": undefined,
  "s390x-linux": undefined,
  "x86_64-v3-linux": undefined,
  "toString-linux": undefined,
  "-linux": undefined,
};

for (const [system, processor] of Object.entries(systems))
  test(`${system} is proven with ${processor ?? "nothing"}`, () => assert.equal(processorOf(system), processor));

/** Processor -> the command that runs its programs here. */
const runners: Readonly<Record<string, readonly string[]>> = {
  ...(os.machine() === "x86_64" ? { x86_64: [], i686: [] } : {}),
  aarch64: os.machine() === "aarch64" ? [] : [tools.qemu.aarch64],
  armv7l: [tools.qemu.arm],
};

function start(processor: string, argument: string) {
  const file = path.join(folder, processor);
  writeFileSync(file, programFor(processor), { mode: 0o755 });
  const [command = file, ...rest] = [...(runners[processor] ?? []), file];
  // The emulator for binfmt_misc takes the file, the name under which it was started, and its arguments.
  const args = command === file ? [argument] : [...rest, file, argument];
  return spawnSync(command, args, { encoding: "utf8", timeout: 20_000 });
}

for (const processor of Object.keys(runners)) {
  test(`the program for ${processor} writes the kernel's own processor, emulated or not`, () => {
    const out = path.join(folder, `${processor}.out`);
    const { status, signal } = start(processor, out);
    assert.deepEqual([status, signal], [0, null]);
    assert.equal(readFileSync(out, "utf8"), `${execFileSync("uname", ["-m"], { encoding: "utf8" }).trim()}\n`);
  });

  test(`the program for ${processor} fails if it cannot create the file`, () =>
    assert.equal(start(processor, path.join(folder, "missing/file")).status, 1));
}

test("each program is a few hundred bytes", () => {
  for (const processor of ["x86_64", "i686", "aarch64", "armv7l", "riscv64"])
    assert.ok(programFor(processor).length < 320, processor);
  assert.throws(() => programFor("s390x"), RangeError);
});
