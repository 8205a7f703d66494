import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Hover } from "vscode-languageserver";
import { type BuildSummary, finalStates } from "../../server/src/protocol.ts";
import { type Lab, leftovers, startLab } from "../support/lab.ts";
import type { LspClient } from "../support/lspClient.ts";
import { until } from "../support/until.ts";
import {
  buildToEnd,
  buildUntilRunning,
  copyNetwork,
  derivationStates,
  trustedClient,
  type Workspace,
} from "../support/workspace.ts";

// Real Nix with aarch64 emulated by qemu (scripts/with-binfmt.mjs), through the plain client.

let lab: Lab;
let home: Workspace;
let client: LspClient;

before(async () => {
  lab = await startLab({ extraPlatforms: ["aarch64-linux"] });
  home = copyNetwork(lab, "home");
  client = await trustedClient(lab, home);
  await client.open(home.uri, readFileSync(home.file, "utf8"));
});

after(async () => {
  await client.stop();
  await lab.stop();
});

test("the lens shows where a machine will be built, and the hover which builders can", async () => {
  const textDocument = { uri: home.uri };
  const lenses = await client.lenses(textDocument.uri);
  assert.deepEqual(
    lenses.map(({ command }) => command?.title).filter(title => title?.startsWith("Build")),
    [
      "Build web01 · x86_64-linux · here",
      "Build db01 · x86_64-linux · here",
      "Build eiffel · aarch64-linux · emulated here",
    ],
  );
  const { machines } = await client.request("morph/network", { textDocument });
  const position = machines.find(({ name }) => name === "eiffel")?.selectionRange.start;
  const hover = await client.lsp<Hover>("textDocument/hover", { textDocument, position });
  assert.match(JSON.stringify(hover.contents), /this machine: emulated/);
});

test("the builders are this machine with what it builds natively and emulated", async () => {
  const [local] = await client.request("morph/builders", {});
  const systems = new Map(local?.offers[0]?.systems.map(({ system, mode }) => [system, mode]));
  assert.equal(systems.get("x86_64-linux"), "native");
  assert.equal(systems.get("aarch64-linux"), "emulated");
});

test("an evaluation returns system, derivation, plan and toolchain", async () => {
  const evaluation = await client.request("morph/evaluate", { uri: home.uri, machine: "eiffel" });
  assert.equal(evaluation.system, "aarch64-linux");
  assert.equal(evaluation.buildSystem, "aarch64-linux");
  assert.match(evaluation.drvPath, /-nixos-system-eiffel-[^/]*\.drv$/);
  assert.equal(evaluation.plan.build.at(-1), evaluation.drvPath);
  assert.ok(evaluation.plan.build.some(path => /-linux-[\d.]+\.drv$/.test(path)));
  assert.equal(evaluation.evaluator.origin, "bundled");
  assert.equal(evaluation.provenance.nixPath, lab.env.NIX_PATH);
  assert.match(evaluation.provenance.nixVersion, /^2\./);
  assert.match(evaluation.provenance.nixpkgs?.revision ?? "", /^[0-9a-f]{40}$/);
});

test("eiffel is built under emulation, and its states, derivations and logs can be read", async () => {
  const { id } = await client.request("morph/build", { uri: home.uri, machine: "eiffel" });
  await client.request("morph/watchBuild", { id, on: true });
  const states: string[] = [];
  const seen = new Set<string>();
  const ended: BuildSummary = (
    await client.next("morph/buildDidChange", ({ summary, derivations = [] }) => {
      if (summary.id !== id) return false;
      if (states.at(-1) !== summary.state) states.push(summary.state);
      for (const { name, phase } of derivations) if (phase !== undefined) seen.add(`${name.split("-")[0]} ${phase}`);
      return finalStates.has(summary.state);
    })
  ).summary;
  assert.equal(ended.state, "succeeded", JSON.stringify(ended.failure));
  assert.deepEqual(
    states.filter(state => state !== "queued" && state !== "checking"),
    ["evaluating", "building", "succeeded"],
  );
  assert.ok(seen.has("linux buildPhase"));
  assert.equal(ended.progress.done, ended.progress.expected);
  assert.ok(ended.progress.expected >= 8);
  assert.equal(ended.system, "aarch64-linux");
  assert.equal(readFileSync(`${ended.outPath}/system`, "utf8").trim(), "aarch64-linux");

  const details = await client.request("morph/buildDetails", { id });
  assert.ok(Object.values(derivationStates(details)).every(state => state === "built"));
  const linux = details.derivations.find(({ name }) => name.startsWith("linux-"));
  const log = await client.request("morph/buildLog", { id, derivation: linux?.drvPath });
  assert.match(log.text, /^Running phase: unpackPhase\n/);
  assert.match(log.text, /CC linux-[\d.]+\/file1\.o\n/);
  assert.equal(log.done, true);
  assert.equal(log.nextOffset, log.text.split("\n").length - 1);
});

test("a path that was built here and is not in any cache counts as built here, not as unsigned", async () => {
  const [build] = await client.request("morph/builds", {});
  assert.equal(build?.signatures?.builtHere, build?.signatures?.total);
  assert.ok((build?.signatures?.total ?? 0) >= 8);
});

test("building a machine that is being built returns the running build", async () => {
  const long = copyNetwork(lab, "long");
  const other = await trustedClient(lab, long);
  const twice = await Promise.all([1, 2].map(() => other.request("morph/build", { uri: long.uri, machine: "forge" })));
  const first = await buildUntilRunning(other, long, "forge");
  assert.deepEqual(twice, [{ id: first }, { id: first }]);
  assert.deepEqual(await other.request("morph/build", { uri: long.uri, machine: "forge" }), { id: first });
  const lenses = await other.lenses(long.uri);
  assert.deepEqual(
    // Whether the remaining time is known depends on the builds before.
    lenses.map(({ command }) => command?.title.replace(/\d+/g, "N").replace(/ · about N (?:s|min) left$/, "")),
    ["forge · ● building N/N", "Cancel"],
  );
  await other.request("morph/cancel", { id: first });
  const cancelled = await other.build(first, ({ state }) => state === "cancelled");
  assert.equal(cancelled.failure, undefined);
  const details = await other.request("morph/buildDetails", { id: first });
  const states = Object.values(derivationStates(details));
  assert.ok(states.includes("cancelled"));
  assert.ok(!states.includes("building"));
  await other.stop();
});

test("a cancelled build leaves no process", async () => {
  // Making the roots of what was built takes a moment longer than the build.
  await until("no process but the server is left", () =>
    leftovers(lab).some(({ pid }) => pid !== client.process.pid) ? undefined : true,
  );
});

test("a finished build can be removed, and its record and roots are gone", async () => {
  const built = await buildToEnd(client, home, "eiffel");
  assert.equal(built.state, "succeeded");
  const roots = async () => (await lab.nix("nix-store", ["--query", "--roots", built.outPath ?? ""])).stdout;
  assert.match(await roots(), new RegExp(`builds/${built.id}/result`));
  await client.request("morph/remove", { id: built.id });
  assert.doesNotMatch(await roots(), new RegExp(built.id));
  assert.ok(!(await client.request("morph/builds", {})).some(({ id }) => id === built.id));
  await assert.rejects(client.request("morph/buildDetails", { id: built.id }), { code: -32803 });
});
