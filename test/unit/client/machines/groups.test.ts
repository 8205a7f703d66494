import assert from "node:assert/strict";
import { test } from "node:test";
import { groupMachines } from "../../../../client/src/machines/groups.ts";
import type { Machine } from "../../../../server/src/protocol.ts";
import { aMachine, aNetwork } from "../samples.ts";

const known = (value: string): Partial<Machine> => ({ system: { value, origin: "stated" } });

/** Machines -> their groups by tag and by system. */
const cases: Record<string, [machines: readonly Machine[], tags: object, systems: object]> = {
  "a network without machines has no groups": [[], {}, {}],
  "groups are sorted by name, their machines as in the network": [
    [aMachine("z", { tags: ["web"] }), aMachine("a", { tags: ["web"] }), aMachine("m", { tags: ["db"] })],
    { db: ["m"], web: ["z", "a"] },
    { "aarch64-linux": ["z", "a", "m"] },
  ],
  "a machine with several tags is in several groups, with the same tag twice in one": [
    [aMachine("a", { tags: ["web", "db", "web"] })],
    { db: ["a"], web: ["a"] },
    { "aarch64-linux": ["a"] },
  ],
  "machines without tag or system are in the last group": [
    [
      aMachine("a", { tags: [], system: { origin: "unstated" } }),
      aMachine("b", { tags: ["zoo"], ...known("x86_64-linux") }),
    ],
    { zoo: ["b"], "": ["a"] },
    { "x86_64-linux": ["b"], "": ["a"] },
  ],
};

for (const [what, [machines, tags, systems]] of Object.entries(cases)) {
  test(what, () => {
    for (const [grouping, expected] of [
      ["tag", tags],
      ["system", systems],
    ] as const) {
      const groups = groupMachines(aNetwork({ machines }), grouping);
      const named = groups.map(({ name, machines: members }) => [name, members.map(each => each.name)]);
      assert.deepEqual(named, Object.entries(expected), grouping);
    }
  });
}
