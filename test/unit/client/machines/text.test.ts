import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { machineDescription, networkDescription } from "../../../../client/src/machines/text.ts";
import { machineTooltip } from "../../../../client/src/views/machines/rows/machineTooltip.ts";
import { networkTooltip } from "../../../../client/src/views/machines/rows/network.ts";
import type { Machine, MachineSystem, Network } from "../../../../server/src/protocol.ts";
import { aMachine, aNetwork, english, noon } from "../samples.ts";

const location = { uri: "file:///x", range: aMachine("x").range };

describe("a machine's row", () => {
  const cases: readonly (readonly [Partial<Machine>, string])[] = [
    [{}, "aarch64-linux"],
    [{ system: { origin: "unstated" } }, "not set"],
    [{ system: { origin: "network.pkgs" } }, "system of network.pkgs"],
    [{ system: { origin: "stated" } }, "system unknown"],
    [{ system: { origin: "defaults", location } }, "system unknown"],
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
    [{ system: { value: "aarch64-linux", origin: "evaluated", stale: true } }, "aarch64-linux · outdated"],
    [
      {
        system: { value: "aarch64-linux", origin: "evaluated", stale: true },
        buildSystem: { value: "x86_64-linux", origin: "evaluated", stale: true },
      },
      "aarch64-linux · outdated · built on x86_64-linux",
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
    undefined,
    noon,
    english,
  );
  assert.match(text, /^\*\*web 1"\\\.\\<b\\>x\*\*/);
  assert.match(text, /Target: `root@h:22`/);
});

describe("a machine's tooltip says what sets the system", () => {
  const cases: readonly (readonly [MachineSystem, string | undefined])[] = [
    [{ value: "aarch64-linux", origin: "stated", location }, "the machine"],
    [{ origin: "stated", location }, "the machine"],
    [{ origin: "stated" }, undefined],
    [{ value: "aarch64-linux", origin: "evaluated" }, "evaluation"],
    [{ value: "aarch64-linux", origin: "evaluated", stale: true }, "evaluation (outdated: the text has changed)"],
    [{ origin: "unstated" }, undefined],
  ];
  for (const [system, expected] of cases) {
    it(`${JSON.stringify(system)}: ${expected}`, () => {
      const text = machineTooltip(aMachine("eiffel", { system }), undefined, noon, english);
      assert.equal(/Set by: (.*?) *$/m.exec(text)?.[1], expected);
    });
  }
});

describe("a network's row and its tooltip", () => {
  const two = [aMachine("a"), aMachine("b")];
  const cases: readonly (readonly [Partial<Network>, description: string, machines: string])[] = [
    [{}, "1 machine", "1"],
    [{ machines: two }, "2 machines", "2"],
    [{ machines: two, complete: false }, "2+ machines", "2 or more, evaluate to see all"],
    [{ description: "Home", machines: [], complete: false }, "Home · 0+ machines", "0 or more, evaluate to see all"],
  ];
  for (const [differences, description, machines] of cases) {
    it(description, () => {
      const network = aNetwork(differences);
      assert.equal(networkDescription(network, english), description);
      assert.match(networkTooltip(network, "network.nix", english), new RegExp(`Machines: ${machines} *$`, "m"));
    });
  }
});
