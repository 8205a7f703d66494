import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { finalStates } from "../../server/src/protocol.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { trustedClient, writeNetwork } from "../support/workspace.ts";

// Several builds in parallel, with real Nix.

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

test("machines are built in Morph's order, up to the limit in parallel, and one that fails does not stop the others", async () => {
  const workspace = writeNetwork(lab, "many", network);
  const client = await trustedClient(lab, workspace, { settings: { maxBuilds: 1 } });
  const { uri } = workspace;
  const { ids } = await client.request("morph/buildMany", { uri, machines: ["alpha", "broken", "omega"] });
  const found = await client.request("morph/builds", {});
  assert.deepEqual(
    ids.map(id => found.find(build => build.id === id)?.machine),
    ["omega", "alpha", "broken"],
  );
  await client.build(ids[1] ?? "", ({ state }) => state === "queued");
  const ended = [];
  for (const id of ids) ended.push(await client.build(id, ({ state }) => finalStates.has(state)));
  assert.deepEqual(
    ended.map(({ state }) => state),
    ["succeeded", "succeeded", "failed"],
  );
  const [omega, alpha, broken] = ended.map(({ stoppedAt }) => Date.parse(stoppedAt ?? ""));
  assert.ok((omega ?? 0) < (alpha ?? 0));
  // Its evaluation fails before its turn.
  assert.ok((broken ?? 0) < (alpha ?? 0));
  await client.stop();
});

test("the machines of a selection are evaluated together, and get GC roots", async () => {
  const workspace = writeNetwork(lab, "together", network);
  const log = path.join(lab.dir, "calls");
  const binDir = recordingNix(lab, log);
  const client = await trustedClient(lab, workspace, { settings: { nix: { binDir } } });
  const { uri } = workspace;
  const { ids } = await client.request("morph/buildMany", { uri, machines: ["alpha", "omega", "alpha"] });
  assert.equal(ids.length, 2);
  for (const id of ids) {
    const { state, drvPath = "" } = await client.build(id, summary => finalStates.has(summary.state));
    assert.equal(state, "succeeded");
    const roots = await lab.nix("nix-store", ["--query", "--roots", drvPath]);
    assert.match(roots.stdout, new RegExp(`${id}/drv -> `));
  }
  const evaluations = readFileSync(log, "utf8")
    .split("\n")
    .filter(line => line.includes("evaluate"));
  const processes = Math.min(2, availableParallelism());
  assert.ok(evaluations.length <= processes, evaluations.join("\n"));
  assert.ok(evaluations.every(line => line.includes("evaluate-many.nix")));
  await client.stop();
});

/** Wrappers of Nix's programs that record their arguments. Returns their folder. */
function recordingNix({ dir, env }: Lab, log: string): string {
  const folder = path.join(dir, "recording");
  mkdirSync(folder);
  for (const name of ["nix", "nix-store", "nix-instantiate", "nix-build"]) {
    const real = env.PATH.split(":")
      .map(each => path.join(each, name))
      .find(existsSync);
    if (real === undefined) continue;
    writeFileSync(path.join(folder, name), `#!/bin/sh\necho "${name} $*" >> ${log}\nexec ${real} "$@"\n`, {
      mode: 0o755,
    });
  }
  return folder;
}

test("a queued build can be cancelled, and those after it continue", async () => {
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

test("a batch is recorded in its builds: a second server and the next one know it, and what already runs keeps its build", async () => {
  const workspace = writeNetwork(lab, "batch", network);
  const settings = { settings: { maxBuilds: 1 } };
  const { uri } = workspace;
  const first = await trustedClient(lab, workspace, settings);
  const request = { uri, machines: ["alpha", "broken", "omega"], kind: "tag", tag: "first" } as const;
  const { ids, batch } = await first.request("morph/buildMany", request);
  assert.ok(batch);
  const again = await first.request("morph/buildMany", { uri, machines: ["alpha", "omega"], kind: "all" });
  assert.deepEqual(again, { ids: ids.slice(0, 2) });
  const second = await trustedClient(lab, workspace, settings);
  for (const id of ids) await second.build(id, ({ state }) => finalStates.has(state));
  await first.stop();
  await second.stop();
  const next = await trustedClient(lab, workspace, settings);
  const found = await next.request("morph/builds", {});
  assert.deepEqual(
    ids.map(id => found.find(build => build.id === id)?.batch),
    ids.map((_, position) => ({ id: batch, kind: "tag", tag: "first", size: 3, position })),
  );
  await next.stop();
});
