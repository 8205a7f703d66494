import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { type Lab, startLab } from "../support/lab.ts";
import { refusal } from "../support/refusal.ts";
import { buildToEnd, trustedClient, writeNetwork } from "../support/workspace.ts";

// Why a machine is built again, with real derivations.

let lab: Lab;

before(async () => {
  lab = await startLab();
});

after(() => lab.stop());

const network = (lines: number) => `{
  web = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [ (pkgs.mkSlow { name = "tool-1.0"; seconds = 0; lines = ${lines}; }) ];
  };
}
`;

test("a build is compared with the one before: what changed is told, and not what only follows", async () => {
  const workspace = writeNetwork(lab, "reasons", network(1));
  const client = await trustedClient(lab, workspace);
  const first = await buildToEnd(client, workspace, "web");
  assert.equal((await refusal(client.request("morph/rebuildReasons", { id: first.id }))).code, "no-earlier-build");
  const same = await buildToEnd(client, workspace, "web");
  assert.deepEqual((await client.request("morph/rebuildReasons", { id: same.id })).changes, []);
  writeFileSync(workspace.file, network(2));
  const second = await buildToEnd(client, workspace, "web");
  assert.equal(second.state, "succeeded");
  const { previous, changes } = await client.request("morph/rebuildReasons", { id: second.id });
  assert.equal(previous.id, same.id);
  assert.deepEqual(changes, [{ name: "tool-1.0", parts: [{ kind: "variable", name: "buildPhase" }] }]);
  await client.stop();
});
