import assert from "node:assert/strict";
import { test } from "node:test";
import { candidatesFor } from "../../../server/src/builders/choose.ts";
import type { Builder } from "../../../server/src/protocol.ts";
import { builder } from "../../support/builders.ts";

const local = builder({ id: "local" }, { "x86_64-linux": "native", "aarch64-linux": "emulated" });
const slow = builder({ id: "ssh://slow" }, { "aarch64-linux": "claimed" });
const fast = builder({ id: "ssh://fast", speedFactor: 2 }, { "aarch64-linux": "native" });
const inactive = builder({ id: "ssh://off", active: false }, { "aarch64-linux": "native" });
const hydra = builder({ id: "hydra:p/j", kind: "hydra" }, { "aarch64-linux": "native" });

/** builders -> who builds for aarch64-linux, in order. */
const cases: Record<string, [builders: Builder[], ids: string[]]> = {
  nobody: [[], []],
  "the remote ones before this machine, as Nix asks": [
    [local, slow],
    ["ssh://slow", "local"],
  ],
  "this machine after the remote ones, however they stand": [
    [slow, local, fast],
    ["ssh://fast", "ssh://slow", "local"],
  ],
  "this machine last, however fast": [
    [{ ...local, speedFactor: 9 }, slow],
    ["ssh://slow", "local"],
  ],
  "the faster before the slower": [
    [slow, fast, local],
    ["ssh://fast", "ssh://slow", "local"],
  ],
  "two of one speed as they stand": [
    [slow, builder({ id: "ssh://b" }, { "aarch64-linux": "claimed" })],
    ["ssh://slow", "ssh://b"],
  ],
  "not those that are not in force": [[inactive, local], ["local"]],
  "not Hydra, which Nix does not ask": [[hydra, local], ["local"]],
  "not those that build for other systems": [[builder({ id: "ssh://x" }, { "x86_64-linux": "native" })], []],
  "not those that cannot": [[builder({ id: "local" }, { "aarch64-linux": "impossible" })], []],
};

for (const [name, [builders, ids]] of Object.entries(cases)) {
  test(`candidates: ${name}`, () => {
    assert.deepEqual(
      candidatesFor("aarch64-linux", builders).map(candidate => candidate.builder),
      ids,
    );
  });
}

test("a candidate says how it builds and whether it is this machine", () => {
  assert.deepEqual(candidatesFor("aarch64-linux", [local, fast]), [
    { builder: "ssh://fast", name: "fast", local: false, mode: "native" },
    { builder: "local", name: "local", local: true, mode: "emulated" },
  ]);
});
