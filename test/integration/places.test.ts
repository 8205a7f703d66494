import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { type Build, type BuildSummary, finalStates } from "../../server/src/protocol.ts";
import { type Builder, startBuilder } from "../support/builder.ts";
import { type Lab, startLab } from "../support/lab.ts";
import type { LspClient } from "../support/lspClient.ts";
import { startNixDaemon } from "../support/nixDaemon.ts";
import { refusal } from "../support/refusal.ts";
import { buildToEnd, copyNetwork, trustedClient, type Workspace, writeNetwork } from "../support/workspace.ts";

// Where builds run: on one of two real ssh builders, here under emulation, or where Nix's daemon allows.

let lab: Lab;
let [one, two]: [Builder, Builder] = [undefined as never, undefined as never];
let home: Workspace;

before(async () => {
  lab = await startLab({ extraPlatforms: ["aarch64-linux"] });
  one = await startBuilder(lab, { name: "builder-one", systems: ["x86_64-linux", "aarch64-linux"] });
  two = await startBuilder(lab, { name: "builder-two", systems: ["x86_64-linux", "aarch64-linux"] });
  lab.setConf({ extraPlatforms: ["aarch64-linux"], builders: [one.machinesLine, two.machinesLine] });
  home = copyNetwork(lab, "home");
});

after(() => lab.stop());

/** A network of one machine with a derivation of its own, so that something is built each time. */
function network(name: string): Workspace {
  return writeNetwork(
    lab,
    name,
    `{
  pi = { ... }: {
    nixpkgs.system = "aarch64-linux";
    environment.systemPackages = [
      (derivation { name = "${name}"; system = "aarch64-linux"; builder = "/bin/sh"; args = [ "-c" "echo > $out" ]; })
    ];
  };
}
`,
  );
}

async function detailsOf(client: LspClient, { id }: BuildSummary): Promise<Build> {
  return client.request("morph/buildDetails", { id });
}

test("eiffel is built on one of two remote builders, chosen by hand, and each derivation says so", async () => {
  const client = await trustedClient(lab, home);
  const built = await buildToEnd(client, home, "eiffel", { place: { kind: "only", builder: two.storeUri } });
  assert.equal(built.state, "succeeded", JSON.stringify(built.failure));
  const { derivations } = await detailsOf(client, built);
  assert.deepEqual(new Set(derivations.map(({ builder }) => builder)), new Set([two.storeUri]));
  await client.stop();
});

test("a build without one of the builders that Nix knows uses the others", async () => {
  const client = await trustedClient(lab, network("without"));
  const without = network("without");
  const built = await buildToEnd(client, without, "pi", { place: { kind: "schedule", without: [one.storeUri] } });
  assert.equal(built.state, "succeeded", JSON.stringify(built.failure));
  const { derivations } = await detailsOf(client, built);
  const own = derivations.find(({ name }) => name === "without");
  assert.equal(own?.builder, two.storeUri);
  assert.ok(derivations.every(({ builder }) => builder !== one.storeUri));
  await client.stop();
});

test("Nix gives a derivation to the builder that the lens names, and what prefers a local build to this machine", async () => {
  const fast = two.machinesLine.replace(/^((?:\S+ ){4})1 /, "$13 ");
  assert.notEqual(fast, two.machinesLine);
  lab.setConf({ extraPlatforms: ["aarch64-linux"], builders: [one.machinesLine, fast] });
  const builder = 'system = "aarch64-linux"; builder = "/bin/sh"; args = [ "-c" "echo > $out" ];';
  const packages = `(derivation { name = "anywhere"; ${builder} }) (derivation { name = "here"; preferLocalBuild = true; ${builder} })`;
  const scheduled = writeNetwork(
    lab,
    "scheduled",
    `{ pi = { ... }: { nixpkgs.system = "aarch64-linux"; environment.systemPackages = [ ${packages} ]; }; }\n`,
  );
  const client = await trustedClient(lab, scheduled);
  await client.open(scheduled.uri, readFileSync(scheduled.file, "utf8"));
  const title = (await client.lenses(scheduled.uri)).at(-1)?.command?.title;
  assert.equal(title, "Build pi · aarch64-linux · on builder-two");
  const { id } = await client.request("morph/build", { uri: scheduled.uri, machine: "pi" });
  const { warnings = [] } = await client.build(
    id,
    ({ state, warnings: found }) => state !== "evaluating" && found !== undefined,
  );
  assert.match(
    warnings.find(({ code }) => code === "emulated-build")?.message ?? "",
    /^Nix builds what prefers a local build on this machine, which emulates aarch64-linux: several times slower/,
  );
  const built = await client.build(id, ({ state }) => finalStates.has(state));
  assert.equal(built.state, "succeeded", JSON.stringify(built.failure));
  const { derivations } = await detailsOf(client, built);
  const where = new Map(derivations.map(({ name, builder: on, emulated }) => [name, { on, emulated }]));
  assert.deepEqual(where.get("anywhere"), { on: two.storeUri, emulated: undefined });
  assert.deepEqual(where.get("here"), { on: undefined, emulated: true });
  await client.stop();
  lab.setConf({ extraPlatforms: ["aarch64-linux"], builders: [one.machinesLine, two.machinesLine] });
});

test("a setting says where a machine is built, and the lens and the build honour it", async () => {
  const here = network("default");
  const settings = { places: { pi: "local", "aarch64-linux": one.storeUri } };
  const client = await trustedClient(lab, here, { settings });
  await client.open(here.uri, readFileSync(here.file, "utf8"));
  const title = (await client.lenses(here.uri)).at(-1)?.command?.title;
  assert.equal(title, "Build pi · aarch64-linux · emulated here");
  const built = await buildToEnd(client, here, "pi");
  assert.deepEqual(built.place, { kind: "only", builder: "local" });
  const { derivations } = await detailsOf(client, built);
  assert.ok(derivations.every(({ builder }) => builder === undefined));
  assert.ok(derivations.every(({ emulated }) => emulated === true));
  await client.stop();
});

test("builders of our own setting are used, and only as long as Nix takes them", async () => {
  lab.setConf({});
  const ours = network("ours");
  const settings = { builders: [two.machinesLine] };
  const client = await trustedClient(lab, ours, { settings });
  const built = await buildToEnd(client, ours, "pi");
  assert.equal(built.state, "succeeded", JSON.stringify(built.failure));
  const { derivations } = await detailsOf(client, built);
  assert.deepEqual(new Set(derivations.map(({ builder }) => builder)), new Set([two.storeUri]));
  await client.stop();
});

test("a user whom the daemon does not trust is told before the build, and a trusted one builds remotely", async () => {
  lab.setConf({ builders: [one.machinesLine] });
  const sshOptions = lab.env.NIX_SSHOPTS ?? "";
  const daemon = await startNixDaemon(lab, { sshOptions });
  const place = { kind: "only", builder: one.storeUri } as const;

  const untrusted = network("untrusted");
  const { env, commandLine } = daemon.nobody;
  const theirs = await trustedClient(lab, untrusted, { env, commandLine, settings: { builders: [two.machinesLine] } });
  for (const refused of [place, { kind: "schedule", without: [one.storeUri] }] as const) {
    const problem = await refusal(theirs.request("morph/build", { uri: untrusted.uri, machine: "pi", place: refused }));
    assert.equal(problem.code, "untrusted-user");
    assert.match(problem.message, /^Nix's daemon does not let your user choose builders/);
  }
  assert.deepEqual(await theirs.request("morph/builds", {}), [], "nothing was started");
  const builders = await theirs.request("morph/builders", {});
  const added = builders.find(({ id }) => id === two.storeUri);
  assert.deepEqual(
    added?.offers.map(({ active }) => active),
    [false],
  );
  await theirs.stop();

  const ours = network("trusted");
  const client = await trustedClient(lab, ours, { env: daemon.env });
  const built = await buildToEnd(client, ours, "pi", { place });
  assert.equal(built.state, "succeeded", JSON.stringify(built.failure));
  const { derivations } = await detailsOf(client, built);
  assert.deepEqual(new Set(derivations.map(({ builder }) => builder)), new Set([one.storeUri]));
  assert.ok(existsSync(path.join(one.storeFolder, path.basename(built.outPath ?? ""))));
  await client.stop();
  await daemon.stop();
});
