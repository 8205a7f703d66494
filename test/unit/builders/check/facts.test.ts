import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { factsScript, parseFacts } from "../../../../server/src/builders/check/facts.ts";
import { provenMode } from "../../../../server/src/builders/check/mode.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";

const folder = tempFolder("facts");
after(() => removeTree(folder));

const qemu = [
  "handler=enabled",
  "handler=interpreter /run/binfmt/aarch64-linux",
  "handler=flags: POCF",
  "handler=offset 0",
  "handler=magic 7f454c460201010000000000000000000200b700",
  "handler=mask ffffffffffffff00fffffffffffffffffeffffff",
  "handler=",
];

const printed = [
  "Welcome to builder!",
  "processor=x86_64",
  "user=builder",
  "groups=users nixbld",
  "program=found",
  "nix=nix-store (Nix) 2.18.1",
  "free=1000",
  "socket=yes",
  ...qemu,
  "handler=disabled",
  "handler=",
  "store=auto",
  "trusted-users=root @wheel",
  "ping=",
  "done=yes",
];

test("the facts are read, whatever else a shell prints", () =>
  assert.deepEqual(parseFacts(printed.join("\r\n")), {
    nixVersion: "2.18.1",
    trusted: false,
    processor: "x86_64",
    emulates: ["aarch64-linux"],
    freeBytes: 1_024_000,
    hasProgram: true,
  }));

/** Lines that replace others -> trust. */
const trust: readonly (readonly [Readonly<Record<string, string>>, boolean | undefined])[] = [
  [{}, false],
  [{ ping: '{"trusted":true}' }, true],
  [{ ping: '{"trusted":0}', groups: "wheel" }, false],
  [{ groups: "users wheel" }, true],
  [{ writable: "yes" }, true],
  [{ store: "local" }, true],
  [{ "trusted-users": "*" }, true],
];

for (const [changes, expected] of trust)
  test(`with ${JSON.stringify(changes)} the user is ${expected ? "trusted" : "not trusted"}`, () => {
    const lines = [...printed.slice(0, -1), ...Object.entries(changes).map(entry => entry.join("=")), "done=yes"];
    assert.equal(parseFacts(lines.join("\n"))?.trusted, expected);
  });

test("without settings, trust is unknown", () => {
  const lines = printed.filter(line => !/^(?:store|ping|trusted-users)=/.test(line));
  assert.equal(parseFacts(lines.join("\n"))?.trusted, undefined);
});

test("what was cut, or is something else, gives no facts", () => {
  for (const text of [printed.slice(0, -1).join("\n"), "", "This account is restricted."])
    assert.equal(parseFacts(text), undefined);
});

test("a machine without anything has few facts", () =>
  assert.deepEqual(parseFacts("processor=\nfree=\ndone=yes"), {
    nixVersion: undefined,
    trusted: undefined,
    processor: undefined,
    emulates: [],
    freeBytes: undefined,
    hasProgram: false,
  }));

test("the script runs in any POSIX shell, without Nix as well", () => {
  const bin = path.join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(path.join(bin, "nix-daemon"), "#!/bin/sh\n", { mode: 0o755 });
  // No other programs, so that the machine's own Nix is not run.
  for (const name of ["awk", "df", "id", "sh", "uname"])
    symlinkSync(execFileSync("which", [name], { encoding: "utf8" }).trim(), path.join(bin, name));
  for (const [program, expected] of [
    ["nix-daemon", true],
    ["/nowhere/nix-daemon", false],
    ["; echo program=found", false],
  ] as const) {
    const env = { PATH: bin, NIX_STORE_DIR: folder, NIX_STATE_DIR: folder };
    const text = execFileSync(path.join(bin, "sh"), ["-s", "--", program], {
      input: factsScript,
      env,
      encoding: "utf8",
    });
    const facts = parseFacts(text) ?? assert.fail(text);
    assert.equal(facts.hasProgram, expected, program);
    assert.equal(facts.nixVersion, undefined);
  }
});

/** System, processor of the kernel, handlers -> how its program ran. */
const modes: readonly (readonly [string, string | undefined, readonly string[] | undefined, string | undefined])[] = [
  ["x86_64-linux", "x86_64", [], "native"],
  ["i686-linux", "x86_64", [], "compatible"],
  ["i686-linux", "i386", [], "native"],
  ["aarch64-linux", "x86_64", ["aarch64-linux"], "emulated"],
  ["aarch64-linux", "x86_64", undefined, "emulated"],
  ["aarch64-linux", "aarch64", undefined, "native"],
  ["armv7l-linux", "aarch64", [], "compatible"],
  ["armv7l-linux", "aarch64", ["armv7l-linux"], "emulated"],
  ["armv7l-linux", "arm", [], "native"],
  ["aarch64-linux", undefined, ["aarch64-linux"], "emulated"],
  ["aarch64-linux", undefined, [], undefined],
  ["aarch64-linux", "", undefined, undefined],
];

for (const [system, processor, emulates, expected] of modes)
  test(`a program of ${system} that ran on ${processor || "an unknown processor"} with handlers ${emulates}: ${expected}`, () =>
    assert.equal(provenMode(system, processor, emulates), expected));
