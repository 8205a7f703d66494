import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { machineLines, parseMachineLine } from "../../../server/src/builders/machinesFile.ts";
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

test("cyclic includes end", async () => {
  const lines = await machineLines("@/etc/nix/circle", read);
  assert.ok(lines.length > 0 && lines.length < 10);
  assert.ok(lines.every(({ text }) => text === "ssh://d"));
});

const defaults = {
  maxJobs: 1,
  speedFactor: 1,
  supportedFeatures: [],
  mandatoryFeatures: [],
  origin: { source: "nix.conf" },
  active: true,
};

const claimed = (...systems: string[]) =>
  systems.map(system => ({ system, mode: "unknown", known: "claimed" }) as const);

/** A machine line -> whose it is, and what it offers. */
const lines: Record<string, [text: string, found: { id: string; name: string } & Partial<BuilderOffer>]> = {
  "everything stated": [
    "ssh-ng://nix@builder-arm aarch64-linux,armv7l-linux /etc/nix/key 4 2 big-parallel,kvm benchmark c3NoLWVk",
    {
      id: "ssh-ng://nix@builder-arm",
      name: "builder-arm",
      systems: claimed("aarch64-linux", "armv7l-linux"),
      maxJobs: 4,
      speedFactor: 2,
      supportedFeatures: ["big-parallel", "kvm", "benchmark"],
      mandatoryFeatures: ["benchmark"],
    },
  ],
  "fields left to their defaults": [
    "ssh://b - - - - - - -",
    { id: "ssh://b", name: "b", systems: claimed("x86_64-linux") },
  ],
  "nothing but a host, which means ssh": ["mac", { id: "ssh://mac", name: "mac", systems: claimed("x86_64-linux") }],
  "a user and a host": ["root@mac", { id: "ssh://root@mac", name: "mac", systems: claimed("x86_64-linux") }],
  "a URI with parameters": [
    "ssh-ng://root@host?remote-store=local i686-linux",
    { id: "ssh-ng://root@host?remote-store=local", name: "host", systems: claimed("i686-linux") },
  ],
  "tabs, and a speed with a fraction": [
    "ssh://b\taarch64-linux  -  8 \t 1.5",
    { id: "ssh://b", name: "b", systems: claimed("aarch64-linux"), maxJobs: 8, speedFactor: 1.5 },
  ],
  "lists with nothing between their commas": [
    "ssh://b ,aarch64-linux,, - 1 1 kvm,",
    { id: "ssh://b", name: "b", systems: claimed("aarch64-linux"), supportedFeatures: ["kvm"] },
  ],
  "numbers that are none": [
    "ssh://b aarch64-linux - many fast",
    { id: "ssh://b", name: "b", systems: claimed("aarch64-linux") },
  ],
};

for (const [name, [text, { id, name: called, ...offer }]] of Object.entries(lines)) {
  test(`machine line: ${name}`, () => {
    const remote = parseMachineLine({ text, origin: { source: "nix.conf" } }, "x86_64-linux");
    assert.deepEqual(remote, { id, name: called, offer: { ...defaults, ...offer }, line: text });
  });
}

/** An address -> the name of its builder. */
const addresses: Record<string, string> = {
  "unix:///run/nix/daemon.sock": "/run/nix/daemon.sock",
  "unix://": "unix://",
  "/mnt/store": "/mnt/store",
  "local?root=/mnt": "/mnt",
  local: "local",
  daemon: "daemon",
  auto: "auto",
  "file:///srv/cache": "/srv/cache",
  "ssh-ng://builder-arm": "builder-arm",
  "ssh://root@builder-arm?remote-program=/x": "builder-arm",
  "ssh://user:secret@builder-arm": "builder-arm",
  "ssh-ng://nix@[fe80::1]": "[fe80::1]",
  "https://user:secret@cache.example.org/x?y=z": "cache.example.org",
  "builder-arm": "builder-arm",
  "root@builder-arm": "builder-arm",
};

for (const [address, expected] of Object.entries(addresses))
  test(`a builder has a readable name: ${address}`, () => {
    const remote = parseMachineLine(
      { text: `${address} x86_64-linux`, origin: { source: "nix.conf" } },
      "x86_64-linux",
    );
    assert.equal(remote?.name, expected);
    assert.equal(remote?.id, /^(?:root@)?builder-arm$/.test(address) ? `ssh://${address}` : address);
  });

test("an empty line is not a machine", () => {
  assert.equal(parseMachineLine({ text: "", origin: { source: "nix.conf" } }, "x86_64-linux"), undefined);
});

test("parsing any setting never throws, and every machine has an id and a name", async () => {
  const part = fc.oneof(anyText, fc.constantFrom("ssh://a", "@/etc/nix/circle", "@", ";", "#", "\n", " ", "-", ","));
  await fc.assert(
    fc.asyncProperty(fc.array(part), async parts => {
      for (const line of await machineLines(parts.join(""), read)) {
        const remote = parseMachineLine(line, "x86_64-linux");
        assert.notEqual(remote?.id ?? "", "");
        assert.notEqual(remote?.name ?? "", "");
      }
    }),
  );
});
