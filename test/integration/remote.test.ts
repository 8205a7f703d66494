import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { CodeLens } from "vscode-languageserver";
import { finalStates } from "../../server/src/protocol.ts";
import { type Builder, startBuilder } from "../support/builder.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { buildToEnd, buildUntilRunning, copyNetwork, trustedClient, type Workspace } from "../support/workspace.ts";

// A real ssh server with a Nix of its own as a remote builder, which emulates aarch64 through qemu.

let lab: Lab;
let builder: Builder;
let home: Workspace;

before(async () => {
  lab = await startLab();
  builder = await startBuilder(lab, { name: "builder-arm", systems: ["aarch64-linux"] });
  lab.setConf({ builders: [builder.machinesLine] });
  home = copyNetwork(lab, "home");
});

after(() => lab.stop());

test("the builders of Nix's settings are listed, with what they claim", async () => {
  const client = await trustedClient(lab, home);
  const [, remote] = await client.request("morph/builders", {});
  assert.equal(remote?.id, builder.storeUri);
  assert.equal(remote?.name, "builder-arm");
  assert.equal(remote?.offers.length, 1);
  assert.deepEqual(remote?.offers[0]?.systems, [{ system: "aarch64-linux", mode: "unknown", known: "claimed" }]);
  assert.deepEqual(remote?.offers[0]?.supportedFeatures, ["big-parallel"]);
  await client.open(home.uri, readFileSync(home.file, "utf8"));
  const lenses = await client.lsp<CodeLens[]>("textDocument/codeLens", { textDocument: { uri: home.uri } });
  assert.equal(lenses.at(-1)?.command?.title, "Build eiffel · aarch64-linux · on builder-arm");
  await client.stop();
});

test("eiffel is built on the chosen builder and nowhere else", async () => {
  const client = await trustedClient(lab, home);
  const built = await buildToEnd(client, home, "eiffel", { place: { kind: "only", builder: builder.storeUri } });
  assert.equal(built.state, "succeeded");
  assert.equal(readFileSync(`${built.outPath}/system`, "utf8").trim(), "aarch64-linux");
  assert.ok(readdirSync(builder.storeFolder).some(name => /-linux-[\d.]+$/.test(name)));
  const { derivations, transfers } = await client.request("morph/buildDetails", { id: built.id });
  const linux = derivations.find(({ name }) => name.startsWith("linux-"));
  assert.equal(linux?.builder, builder.storeUri);
  assert.equal(linux?.attempt, 1);
  assert.equal(built.progress.done, built.progress.expected);
  assert.ok(transfers.done > 0);
  const log = await client.request("morph/buildLog", { id: built.id, derivation: linux?.drvPath });
  assert.match(log.text, /CC linux-/);
  await client.stop();
});

test("a builder that Nix does not have is refused by name", async () => {
  const client = await trustedClient(lab, home);
  const built = await buildToEnd(client, home, "eiffel", { place: { kind: "only", builder: "ssh-ng://elsewhere" } });
  assert.equal(built.failure?.code, "unknown-builder");
  assert.match(built.failure?.message ?? "", /ssh-ng:\/\/elsewhere/);
  await client.stop();
});

test("a builder that vanishes in the middle of a build ends it with a failure that names it", async () => {
  const slow = await startBuilder(lab, { name: "builder-gone", systems: ["x86_64-linux"], maxJobs: 1 });
  lab.setConf({ builders: [slow.machinesLine] });
  const long = copyNetwork(lab, "long");
  const client = await trustedClient(lab, long);
  const id = await buildUntilRunning(client, long, "forge", { place: { kind: "only", builder: slow.storeUri } });
  await client.request("morph/watchBuild", { id, on: true });
  await client.next("morph/buildDidChange", ({ derivations = [] }) =>
    derivations.some(({ state, phase }) => state === "building" && phase === "buildPhase"),
  );
  await slow.kill();
  const ended = await client.build(id, ({ state }) => finalStates.has(state));
  assert.equal(ended.state, "failed");
  assert.equal(ended.failure?.code, "builder-lost");
  assert.match(ended.failure?.message ?? "", /^Lost connection to builder-gone while it built /);
  await client.stop();
});

test("a builder that cannot be reached is named, with what ssh said", async () => {
  lab.setConf({ builders: [builder.machinesLine] });
  await builder.kill();
  const faults = copyNetwork(lab, "story");
  lab.setConf({ builders: [builder.machinesLine.replace("aarch64-linux", "x86_64-linux,aarch64-linux")] });
  const client = await trustedClient(lab, faults);
  const ended = await buildToEnd(client, faults, "eiffel", { place: { kind: "only", builder: builder.storeUri } });
  assert.equal(ended.state, "failed");
  assert.equal(ended.failure?.code, "builder-unreachable");
  assert.match(ended.failure?.message ?? "", /builder-arm cannot be reached/);
  assert.match(ended.failure?.detail ?? "", /Connection refused/);
  await client.stop();
});
