import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { finalStates } from "../../server/src/protocol.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { trustedClient, writeNetwork } from "../support/workspace.ts";

// Several builds at once, with real Nix.

let lab: Lab;

before(async () => {
  lab = await startLab();
});

after(() => lab.stop());

const machine = (body: string) => `{ ... }: { nixpkgs.system = "x86_64-linux"; ${body} }`;
const network = `{
  network.ordering.tags = [ "first" ];
  alpha = ${machine("")};
  broken = ${machine('networking.hostName = throw "no";')};
  omega = ${machine('deployment.tags = [ "first" ];')};
}
`;

test("machines are built in Morph's order, no more at once than is set, and one that fails stops no other", async () => {
  const workspace = writeNetwork(lab, "many", network);
  const client = await trustedClient(lab, workspace, { settings: { maxBuilds: 1 } });
  const { uri } = workspace;
  const { ids } = await client.request("morph/buildMany", { uri, machines: ["alpha", "broken", "omega"] });
  const found = await client.request("morph/builds", {});
  assert.deepEqual(
    ids.map(id => found.find(build => build.id === id)?.machine),
    ["omega", "alpha", "broken"],
  );
  assert.equal(found.find(({ id }) => id === ids[2])?.state, "queued");
  const ended = [];
  for (const id of ids) ended.push(await client.build(id, ({ state }) => finalStates.has(state)));
  assert.deepEqual(
    ended.map(({ state }) => state),
    ["succeeded", "succeeded", "failed"],
  );
  // Each has ended before the next one began.
  const stopped = ended.map(({ stoppedAt }) => Date.parse(stoppedAt ?? ""));
  assert.deepEqual(
    stopped,
    stopped.toSorted((a, b) => a - b),
  );
  await client.stop();
});

test("a build that waits can be cancelled, and those behind it go on", async () => {
  const workspace = writeNetwork(lab, "waiting", network);
  const client = await trustedClient(lab, workspace, { settings: { maxBuilds: 1 } });
  const { uri } = workspace;
  const { ids } = await client.request("morph/buildMany", { uri, machines: ["alpha", "broken", "omega"] });
  const [first = "", second = "", third = ""] = ids;
  await client.request("morph/cancel", { id: second });
  assert.equal((await client.build(second, ({ state }) => finalStates.has(state))).state, "cancelled");
  assert.equal((await client.build(third, ({ state }) => finalStates.has(state))).state, "failed");
  assert.equal((await client.build(first, ({ state }) => finalStates.has(state))).state, "succeeded");
  await client.stop();
});
