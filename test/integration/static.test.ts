import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Lab, startLab } from "../support/lab.ts";
import { copyNetwork, trustedClient } from "../support/workspace.ts";

// What is read from the text equals what real Nix evaluates, or is unknown.

let lab: Lab;

before(async () => {
  lab = await startLab({ extraPlatforms: ["aarch64-linux", "armv7l-linux"] });
});

after(() => lab.stop());

for (const name of ["home", "story", "shapes", "faults", "long", "odd names"]) {
  test(`the text of ${name} is read as it is evaluated`, async () => {
    const network = copyNetwork(lab, name);
    const client = await trustedClient(lab, network);
    const read = await client.request("morph/network", { textDocument: { uri: network.uri } });
    const evaluated = await client.request("morph/evaluateAll", { uri: network.uri });
    await client.stop();

    const failed = evaluated.flatMap(entry => ("system" in entry ? [] : [entry.machine]));
    assert.deepEqual(failed, name === "faults" ? ["asserting", "evalerror", "typeerror", "undefvar"] : []);
    const names = (machines: readonly { readonly name?: string; readonly machine?: string }[]) =>
      machines.map(each => each.name ?? each.machine).toSorted();
    if (read.complete) assert.deepEqual(names(read.machines), names(evaluated));
    for (const entry of evaluated) {
      const machine = read.machines.find(each => each.name === entry.machine);
      if (!("system" in entry) || entry.system === undefined || machine?.system.value === undefined) continue;
      assert.equal(machine.system.value, entry.system, entry.machine);
      assert.equal((machine.buildSystem ?? machine.system).value, entry.buildSystem, entry.machine);
    }
    const known = read.machines.filter(({ system }) => system.value !== undefined).length;
    assert.ok(known > 0 || name === "story", `${known} systems are known from the text of ${name}`);
  });
}
