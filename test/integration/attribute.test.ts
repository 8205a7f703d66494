import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { finalStates } from "../../server/src/protocol.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { refusal } from "../support/refusal.ts";
import { copyNetwork, trustedClient } from "../support/workspace.ts";

// An output of a machine other than its system, with real Nix.

let lab: Lab;

before(async () => {
  lab = await startLab();
});

after(() => lab.stop());

test("another output of a machine is a separate build from its system", async () => {
  const home = copyNetwork(lab, "home");
  const client = await trustedClient(lab, home);
  const request = { uri: home.uri, machine: "web01" };
  const etc = await client.request("morph/build", { ...request, attribute: "system.build.etc" });
  const system = await client.request("morph/build", request);
  assert.notEqual(etc.id, system.id);
  const [first, second] = [
    await client.build(etc.id, ({ state }) => finalStates.has(state)),
    await client.build(system.id, ({ state }) => finalStates.has(state)),
  ];
  assert.deepEqual([first.state, first.attribute], ["succeeded", "system.build.etc"]);
  assert.match(first.outPath ?? "", /-etc$/);
  assert.deepEqual([second.state, second.attribute], ["succeeded", undefined]);
  await client.stop();
});

test("a missing output of a machine is reported, and its name is shown literally", async () => {
  const home = copyNetwork(lab, "home");
  const client = await trustedClient(lab, home);
  for (const attribute of ["system.build.sdImage", 'x"; throw "run'])
    assert.match(
      (await refusal(client.request("morph/evaluate", { uri: home.uri, machine: "web01", attribute }))).message,
      /attribute '.*' missing/,
    );
  await client.stop();
});
