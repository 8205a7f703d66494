import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseMachineLine } from "../../../server/src/builders/machineLine.ts";
import { machineLines } from "../../../server/src/builders/machinesFile.ts";
import type { BuilderOffer } from "../../../server/src/protocol.ts";
import { anyText } from "../../support/arbitraries.ts";

const files: Record<string, string> = {
  "/etc/nix/machines": "ssh://a aarch64-linux\n\n# a comment\nssh://b x86_64-linux # and another\n",
  "/etc/nix/nested": "@/etc/nix/machines\nssh://c\n",
  "/etc/nix/circle": "ssh://d\n@/etc/nix/circle\n",
  "/etc/nix/empty": "\n  \n",
};

const read = async (file: string) => files[file];

const machines = (line: number) => ({ source: "machines file", file: "/etc/nix/machines", line }) as const;

/** Setting `builders` -> the machines, with where they stand. */
const cases: Record<string, [setting: string, found: [text: string, origin: BuilderOffer["origin"]][]]> = {
  nothing: ["", []],
  "one line": ["ssh://a aarch64-linux", [["ssh://a aarch64-linux", { source: "nix.conf" }]]],
  "several in a line": [
    "ssh://a aarch64-linux ; ssh://b x86_64-linux;",
    [
      ["ssh://a aarch64-linux", { source: "nix.conf" }],
      ["ssh://b x86_64-linux", { source: "nix.conf" }],
    ],
  ],
  "several lines and a comment": [
    "ssh://a\n  # ssh://x\n\tssh://b # ; ssh://y\n",
    [
      ["ssh://a", { source: "nix.conf" }],
      ["ssh://b", { source: "nix.conf" }],
    ],
  ],
  "a file": [
    "@/etc/nix/machines",
    [
      ["ssh://a aarch64-linux", machines(1)],
      ["ssh://b x86_64-linux", machines(4)],
    ],
  ],
  "a file that names a file, and a machine besides": [
    "@/etc/nix/nested ; ssh://e",
    [
      ["ssh://a aarch64-linux", machines(1)],
      ["ssh://b x86_64-linux", machines(4)],
      ["ssh://c", { source: "machines file", file: "/etc/nix/nested", line: 2 }],
      ["ssh://e", { source: "nix.conf" }],
    ],
  ],
  "a file with a space before its name": [
    "@ /etc/nix/nested",
    [
      ["ssh://a aarch64-linux", machines(1)],
      ["ssh://b x86_64-linux", machines(4)],
      ["ssh://c", { source: "machines file", file: "/etc/nix/nested", line: 2 }],
    ],
  ],
  "a file that is missing, and one that is empty": ["@/etc/nix/missing ; @/etc/nix/empty", []],
};

for (const [name, [setting, found]] of Object.entries(cases)) {
  test(`setting builders: ${name}`, async () => {
    assert.deepEqual(
      (await machineLines(setting, read)).map(({ text, origin }) => [text, origin]),
      found,
    );
  });
}

const nixConf = { source: "nix.conf" } as const;
const spaces = { source: "machines file", file: "/etc/nix/empty", line: 2 } as const;

/** The same for Nix before 2.28.2, of which 2.8 and 2.26 were run. */
const oldCases: typeof cases = {
  "a comment ends at a semicolon": [
    "ssh://a # x ; ssh://b\nssh://c",
    [
      ["ssh://a ", { source: "nix.conf" }],
      [" ssh://b", { source: "nix.conf" }],
      ["ssh://c", { source: "nix.conf" }],
    ],
  ],
  "a line of spaces is a machine, an empty one is not": [
    "  \n\n # x\n#y",
    [
      ["  ", nixConf],
      [" ", nixConf],
    ],
  ],
  "a file with a space before the @ is not read": [
    "@/etc/nix/empty; @/etc/nix/machines",
    [
      ["  ", spaces],
      [" @/etc/nix/machines", nixConf],
    ],
  ],
};

for (const [name, [setting, found]] of Object.entries(oldCases)) {
  test(`setting builders of an old Nix: ${name}`, async () => {
    assert.deepEqual(
      (await machineLines(setting, read, { isOld: true })).map(({ text, origin }) => [text, origin]),
      found,
    );
  });
}

test("the lines of a network say so, those of a file that it names do not", async () => {
  const lines = await machineLines("ssh://n ; @/etc/nix/machines", read, { isOld: false }, "network");
  assert.deepEqual(
    lines.map(({ origin }) => origin.source),
    ["network", "machines file", "machines file"],
  );
});

test("machines as TOML, which Lix accepts, are not read as lines", async () => {
  const text = 'version = 1\n[machines.pi]\nuri = "ssh://pi"\n';
  for (const isOld of [true, false]) {
    assert.deepEqual(await machineLines("@/x", async () => text, { isOld }), []);
    assert.deepEqual(await machineLines(text, read, { isOld }), []);
  }
});

test("cyclic includes end", async () => {
  const lines = await machineLines("@/etc/nix/circle", read);
  assert.ok(lines.length > 0 && lines.length < 10);
  assert.ok(lines.every(({ text }) => text === "ssh://d"));
});

test("parsing any setting never throws, and every machine has an id and a name", async () => {
  const part = fc.oneof(anyText, fc.constantFrom("ssh://a", "@/etc/nix/circle", "@", ";", "#", "\n", " ", "-", ","));
  await fc.assert(
    fc.asyncProperty(fc.array(part), fc.boolean(), async (parts, isOld) => {
      for (const line of await machineLines(parts.join(""), read, { isOld })) {
        const remote = parseMachineLine(line, { system: "x86_64-linux", hasWholeSpeeds: isOld });
        if (remote.kind === "refused") continue;
        assert.notEqual(remote.id, "");
        assert.notEqual(remote.name, "");
      }
    }),
  );
});
