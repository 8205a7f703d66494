import assert from "node:assert/strict";
import { test } from "node:test";
import { type LineFault, parseMachineLine } from "../../../server/src/builders/machineLine.ts";
import type { BuilderOffer } from "../../../server/src/protocol.ts";

const parse = (text: string, hasWholeSpeeds = false) =>
  parseMachineLine({ text, origin: { source: "nix.conf" } }, { system: "x86_64-linux", hasWholeSpeeds });

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
  "tabs, a carriage return, and a speed with a fraction": [
    "ssh://b\taarch64-linux  -  8 \t 1.5\r",
    { id: "ssh://b", name: "b", systems: claimed("aarch64-linux"), maxJobs: 8, speedFactor: 1.5 },
  ],
  "lists with nothing between their commas": [
    "ssh://b ,aarch64-linux,, - 1 1 kvm,",
    { id: "ssh://b", name: "b", systems: claimed("aarch64-linux"), supportedFeatures: ["kvm"] },
  ],
  "a speed of 0, which counts as 1, and no jobs": [
    "ssh://b aarch64-linux - 0 0",
    { id: "ssh://b", name: "b", systems: claimed("aarch64-linux"), maxJobs: 0 },
  ],
  "more fields than there are": [
    "ssh://b aarch64-linux - 1 1 - - - more and more",
    { id: "ssh://b", name: "b", systems: claimed("aarch64-linux") },
  ],
  "a feature that is also mandatory": [
    "ssh://b aarch64-linux - 1 1 kvm kvm",
    {
      id: "ssh://b",
      name: "b",
      systems: claimed("aarch64-linux"),
      supportedFeatures: ["kvm"],
      mandatoryFeatures: ["kvm"],
    },
  ],
};

for (const [name, [text, { id, name: called, ...offer }]] of Object.entries(lines)) {
  test(`machine line: ${name}`, () => {
    const line = text.split(/\s+/).filter(Boolean).join(" ");
    assert.deepEqual(parse(text), {
      kind: "machine",
      id,
      name: called,
      offer: { ...defaults, ...offer, line },
      line: text.trim(),
    });
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
    const remote = parse(`${address} x86_64-linux`);
    assert.ok(remote.kind === "machine");
    assert.equal(remote.name, expected);
    assert.equal(remote.id, /^(?:root@)?builder-arm$/.test(address) ? `ssh://${address}` : address);
  });

/** A line that Nix refuses, and with it every build -> why. */
const refused: Record<string, LineFault> = {
  "": { kind: "no-address" },
  "  ": { kind: "no-address" },
  "- aarch64-linux": { kind: "no-address" },
  " @/etc/nix/machines": { kind: "include", file: "/etc/nix/machines" },
  "ssh://a aarch64-linux - many": { kind: "not-a-number", field: "maxJobs", value: "many" },
  "ssh://a aarch64-linux - -1": { kind: "not-a-number", field: "maxJobs", value: "-1" },
  "ssh://a aarch64-linux - 1.5": { kind: "not-a-number", field: "maxJobs", value: "1.5" },
  "ssh://a aarch64-linux - 4294967296": { kind: "not-a-number", field: "maxJobs", value: "4294967296" },
  "ssh://a aarch64-linux - 1 fast": { kind: "not-a-number", field: "speedFactor", value: "fast" },
  "ssh://a aarch64-linux - 1 -2": { kind: "not-a-number", field: "speedFactor", value: "-2" },
  "ssh://a aarch64-linux - 1 1 - - !!!": { kind: "host-key" },
};

for (const [text, fault] of Object.entries(refused))
  test(`a line that Nix refuses: '${text}'`, () => assert.deepEqual(parse(text), { kind: "refused", fault }));

test("a speed with a fraction is refused by a Nix that takes whole numbers only", () => {
  assert.deepEqual(parse("ssh://a - - 1 1.5", true), { kind: "refused", fault: { kind: "fraction", value: "1.5" } });
});

test("the line that is shown has no password", () => {
  const remote = parse("ssh://user:secret@builder-arm aarch64-linux");
  assert.ok(remote.kind === "machine");
  assert.equal(remote.offer.line, "ssh://user:***@builder-arm aarch64-linux");
  assert.equal(remote.line, "ssh://user:secret@builder-arm aarch64-linux");
});
