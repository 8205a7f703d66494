import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { finalStates } from "../../server/src/protocol.ts";
import type { CommandResult } from "../../server/src/records/format/schemas.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { buildToEnd, copyNetwork, trustedClient } from "../support/workspace.ts";

// Warnings before a build starts, which do not prevent it. Real Nix with aarch64 emulated by qemu.

let lab: Lab;
let storage: string;

before(async () => {
  lab = await startLab({ extraPlatforms: ["aarch64-linux"] });
  storage = path.join(lab.env.XDG_STATE_HOME, "morph-language-server");
});

after(() => lab.stop());

test("a kernel that must be compiled under emulation is a warning before, as a guess, and until it is built", async () => {
  const home = copyNetwork(lab, "home");
  const client = await trustedClient(lab, home);
  const { id } = await client.request("morph/build", { uri: home.uri, machine: "eiffel" });
  const { warnings: [warning, emulated] = [] } = await client.build(id, ({ state }) => state === "building");
  assert.equal(warning?.code, "long-build");
  assert.equal(emulated?.code, "emulated-build");
  assert.match(emulated.message, /^This machine emulates aarch64-linux: several times slower; tests may fail\.$/);
  assert.match(warning.message, /^linux-6\.6\.44 must be compiled under emulation, which may take hours\./);
  // The system itself is built after it, under emulation as well.
  await client.build(id, ({ state, warnings }) => state === "building" && warnings?.length === 1);
  const ended = await client.build(id, ({ state }) => finalStates.has(state));
  assert.deepEqual([ended.state, ended.warnings], ["succeeded", undefined]);
  await client.stop();
});

test("the disk space that a build uses is measured, for later builds", async () => {
  const home = copyNetwork(lab, "home");
  const client = await trustedClient(lab, home);
  const { id, state } = await buildToEnd(client, home, "web01");
  assert.equal(state, "succeeded");
  const result: CommandResult = JSON.parse(readFileSync(path.join(storage, "builds", id, "result.json"), "utf8"));
  for (const use of ["store", "build"] as const) {
    const { before: free = 0, least = 0 } = result.space?.[use] ?? {};
    assert.ok(least > 0 && least <= free, use);
  }

  // As if it had used more than any disk has, and were built again.
  const file = path.join(storage, "builds", id, "result.json");
  writeFileSync(file, JSON.stringify({ ...result, space: { store: { before: 2 ** 60, least: 0 } } }));
  const again = await client.request("morph/build", { uri: home.uri, machine: "web01" });
  const { warnings: [warning] = [] } = await client.build(again.id, summary => summary.warnings !== undefined);
  assert.equal(warning?.code, "short-of-space");
  assert.match(warning.message, /store has .* free; earlier builds of this machine used up to 1073741824\.0 GiB\./);
  assert.equal((await client.build(again.id, summary => finalStates.has(summary.state))).state, "succeeded");
  await client.stop();
});
