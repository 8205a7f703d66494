import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { finalStates } from "../../server/src/protocol.ts";
import { type Builder, startBuilder } from "../support/builder.ts";
import { type Lab, startLab } from "../support/lab.ts";
import {
  buildToEnd,
  buildUntilRunning,
  copyNetwork,
  trustedClient,
  type Workspace,
  writeNetwork,
} from "../support/workspace.ts";

// A real ssh server with its own Nix as a remote builder, which emulates aarch64 through qemu.

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

test("the builders in Nix's settings are listed, with their declared systems", async () => {
  const client = await trustedClient(lab, home);
  const [, remote] = await client.request("morph/builders", {});
  assert.equal(remote?.id, builder.storeUri);
  assert.equal(remote?.name, "builder-arm");
  assert.equal(remote?.offers.length, 1);
  assert.deepEqual(remote?.offers[0]?.systems, [{ system: "aarch64-linux", mode: "unknown", known: "claimed" }]);
  assert.deepEqual(remote?.offers[0]?.supportedFeatures, ["big-parallel"]);
  await client.open(home.uri, readFileSync(home.file, "utf8"));
  const lenses = await client.lenses(home.uri);
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

test("all lines with the same address are one builder, and each line gets the matching derivations", async () => {
  const two = await startBuilder(lab, { name: "builder-two", systems: ["x86_64-linux", "aarch64-linux"] });
  const [uri, , key, , , , , hostKey] = two.machinesLine.split(" ");
  const lineFor = (system: string, feature: string) => `${uri} ${system} ${key} 1 1 ${feature} - ${hostKey}`;
  const [plain, arm] = [lineFor("x86_64-linux", "big-parallel"), lineFor("aarch64-linux", "benchmark")];
  const derivation = (name: string, system: string, feature: string) =>
    `(derivation { name = "${name}"; system = "${system}"; builder = "/bin/sh"; args = [ "-c" "echo > $out" ]; requiredSystemFeatures = [ "${feature}" ]; })`;
  const both = writeNetwork(
    lab,
    "both",
    `{
  both = { ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [
      ${derivation("large", "x86_64-linux", "big-parallel")}
      ${derivation("measured", "aarch64-linux", "benchmark")}
    ];
  };
}
`,
  );
  lab.setConf({ builders: [plain] });
  const client = await trustedClient(lab, both);
  await client.open(both.uri, readFileSync(both.file, "utf8"));
  const asked = { uri: both.uri, machine: "both" };
  const rated = async () => {
    const { builders: choices } = await client.request("morph/buildersFor", asked);
    const lenses = await client.lenses(both.uri);
    const { builder: found, capability } = choices.find(each => each.builder.id === two.storeUri) ?? assert.fail();
    // Without how the last build went.
    const title = lenses.at(-1)?.command?.title.replace(/ · ✗.*/, "");
    return [title, found.offers.length, capability?.can, capability?.why];
  };
  const claim = "builder-two builds x86_64-linux according to its line in 'builders' (not verified).";
  assert.deepEqual(await rated(), ["Build both · x86_64-linux · on builder-two", 1, true, claim]);
  await client.request("morph/evaluate", asked);
  // Now it is known that one of its derivations has another system, and needs a feature.
  const lens = "Build both · x86_64-linux · no builder";
  assert.deepEqual(await rated(), [lens, 1, false, "builder-two builds x86_64-linux."]);
  const refused = await buildToEnd(client, both, "both");
  assert.equal(refused.failure?.code, "no-builder");
  assert.match(refused.failure?.message ?? "", /builder-two builds x86_64-linux\. /);

  lab.setConf({ builders: [plain, arm] });
  assert.deepEqual(await rated(), ["Build both · x86_64-linux · on builder-two", 2, true, claim]);
  const built = await buildToEnd(client, both, "both", { place: { kind: "only", builder: two.storeUri } });
  assert.equal(built.state, "succeeded", JSON.stringify(built.failure));
  const { derivations } = await client.request("morph/buildDetails", { id: built.id });
  const where = new Map(derivations.map(({ name, builder: on, state }) => [name, [state, on]]));
  for (const name of ["large", "measured"]) assert.deepEqual(where.get(name), ["built", two.storeUri]);
  await client.stop();
  await two.stop();
  lab.setConf({ builders: [builder.machinesLine] });
});

test("a builder that Nix does not have is refused by name", async () => {
  const client = await trustedClient(lab, home);
  const built = await buildToEnd(client, home, "eiffel", { place: { kind: "only", builder: "ssh-ng://elsewhere" } });
  assert.equal(built.failure?.code, "unknown-builder");
  assert.match(built.failure?.message ?? "", /ssh-ng:\/\/elsewhere/);
  await client.stop();
});

test("a builder that disappears during a build ends it with a failure that names it", async () => {
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
  assert.match(ended.failure?.message ?? "", /^Lost connection to builder-gone while building /);
  await client.stop();
});

test("an unreachable builder is named, with the message of ssh", async () => {
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

test("a builder that refuses what its line says is named, and no longer offered until it builds it", async () => {
  const boast = { name: "builder-boast", systems: ["x86_64-linux"], overstated: ["aarch64-linux"] };
  const boasting = await startBuilder(lab, boast);
  lab.setConf({ builders: [boasting.machinesLine] });
  const network = writeNetwork(
    lab,
    "boast",
    `{
  boast = { ... }: {
    nixpkgs.system = "aarch64-linux";
    environment.systemPackages = [
      (derivation { name = "boast"; system = "aarch64-linux"; builder = "/bin/sh"; args = [ "-c" "echo > $out" ]; })
    ];
  };
}
`,
  );
  const asked = { uri: network.uri, machine: "boast" };
  const client = await trustedClient(lab, network);
  await client.open(network.uri, readFileSync(network.file, "utf8"));
  const title = async () => (await client.lenses(network.uri)).at(-1)?.command?.title.replace(/ · [✗✓].*/, "");
  const rated = async () => {
    const { builders } = await client.request("morph/buildersFor", asked);
    return builders.find(({ builder: { id } }) => id === boasting.storeUri)?.capability;
  };
  assert.equal((await rated())?.known, "claimed");

  const { failure } = await buildToEnd(client, network, "boast");
  assert.equal(failure?.code, "builder-refused");
  assert.match(failure?.message ?? "", /^builder-boast does not build aarch64-linux, although its line/);
  const refused = await rated();
  assert.deepEqual([refused?.can, refused?.known], [false, "proven"]);
  assert.match(refused?.why ?? "", /^builder-boast does not build .* \(Tried on \d{4}-\d\d-\d\d\.\)$/);
  assert.equal(await title(), "Build boast · aarch64-linux · no builder");

  const place = { kind: "only", builder: boasting.storeUri } as const;
  const before = await buildToEnd(client, network, "boast", { place });
  assert.equal(before.failure?.code, "no-builder");
  assert.match(before.failure?.message ?? "", /builder-boast does not build aarch64-linux, .* Nothing was started\.$/);
  const anyway = await buildToEnd(client, network, "boast", { place, regardless: true });
  assert.equal(anyway.failure?.code, "builder-refused");

  // It is configured as its line says.
  const conf = path.join(lab.dir, "builders/builder-boast/etc/nix.conf");
  writeFileSync(conf, `${readFileSync(conf, "utf8")}\nextra-platforms = aarch64-linux\n`);
  const built = await buildToEnd(client, network, "boast", { place, regardless: true });
  assert.equal(built.state, "succeeded", JSON.stringify(built.failure));
  const proven = await rated();
  assert.deepEqual([proven?.can, proven?.known, proven?.label], [true, "proven", "verified, native or emulated"]);
  await client.stop();
});
