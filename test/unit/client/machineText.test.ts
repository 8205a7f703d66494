import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  machineDescription,
  machineTooltip,
  networkDescription,
} from "../../../client/src/views/machines/machineText.ts";
import type { Machine } from "../../../server/src/protocol.ts";
import { aMachine, aNetwork, english } from "./samples.ts";

const location = { uri: "file:///x", range: aMachine("x").range };

describe("what a machine's row says", () => {
  const cases: readonly (readonly [Partial<Machine>, string])[] = [
    [{}, "aarch64-linux"],
    [{ system: { origin: "unstated" } }, "unstated"],
    [{ system: { origin: "network.pkgs" } }, "system of network.pkgs"],
    [
      {
        system: {
          value: "x86_64-linux",
          origin: "network.pkgs",
          overridden: { value: "aarch64-linux", by: "network.pkgs", location },
        },
      },
      "x86_64-linux · overridden",
    ],
    [{ system: { value: "aarch64-linux", origin: "evaluated" } }, "aarch64-linux · evaluated"],
    [
      { system: { value: "aarch64-linux", origin: "evaluated", stale: true } },
      "aarch64-linux · evaluated, text changed since",
    ],
    [{ buildSystem: { value: "x86_64-linux", origin: "stated" } }, "aarch64-linux · built on x86_64-linux"],
    [{ buildOnly: true }, "aarch64-linux · build only"],
  ];
  for (const [differences, expected] of cases) {
    it(expected, () => assert.equal(machineDescription(aMachine("eiffel", differences), english), expected));
  }
});

it("a machine's tooltip shows names as they are", () => {
  const text = machineTooltip(
    aMachine('web 1".<b>x', { targetHost: "h", targetUser: "root", targetPort: 22 }),
    english,
  );
  assert.match(text, /^\*\*web 1"\\\.\\<b\\>x\*\*/);
  assert.match(text, /Target: `root@h:22`/);
});

describe("what a network's row says", () => {
  it("counts its machines", () => assert.equal(networkDescription(aNetwork(), english), "1 machine"));

  it("says its description, and that there may be more", () => {
    const network = aNetwork({ description: "Home", machines: [], complete: false });
    assert.equal(networkDescription(network, english), "Home · 0 machines · more when evaluated");
  });
});
