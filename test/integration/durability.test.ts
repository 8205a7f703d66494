import assert from "node:assert/strict";
import { existsSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { Builds } from "../../server/src/builds/builds.ts";
import { nameOfStorePath } from "../../server/src/common/storePath.ts";
import { CachedOutputs } from "../../server/src/evaluation/cache/cachedOutputs.ts";
import { EvaluatedNetworks } from "../../server/src/evaluation/cache/networks.ts";
import { DeploymentChecks } from "../../server/src/evaluation/deploymentChecks.ts";
import { silentLog } from "../../server/src/logging/log.ts";
import { nixAssets } from "../../server/src/nix/evaluation/assets.ts";
import type { BuildDelta } from "../../server/src/protocol.ts";
import { finalStates } from "../../server/src/protocol.ts";
import { createBuildPorts } from "../../server/src/session/buildPorts.ts";
import { defaultSettings } from "../../server/src/settings/settings.ts";
import { loadNixParser } from "../../server/src/syntax/parser.ts";
import { Toolchain } from "../../server/src/toolchain/toolchain.ts";
import { NetworkFiles } from "../../server/src/workspace/networkFiles.ts";
import { slowlyEvaluated } from "../support/generatedNetwork.ts";
import { type Lab, leftovers, startLab } from "../support/lab.ts";
import { LspClient } from "../support/lspClient.ts";
import { dist } from "../support/nixDocument.ts";
import { until } from "../support/until.ts";
import { buildUntilRunning, copyNetwork, trustedClient, type Workspace, writeNetwork } from "../support/workspace.ts";

// A build outlives its servers and clients. Real Nix with aarch64 emulated by qemu.

let lab: Lab;
let home: Workspace;

before(async () => {
  lab = await startLab({ extraPlatforms: ["aarch64-linux"] });
  home = copyNetwork(lab, "home");
});

after(() => lab.stop());

test("killing the server in the middle of a build loses nothing: the next one shows the end", async () => {
  const first = await trustedClient(lab, home);
  const id = await buildUntilRunning(first, home, "eiffel");
  await first.kill();

  const second = await trustedClient(lab, home);
  const running = await second.build(id, ({ state }) => state === "building");
  assert.ok(running.progress.done < running.progress.expected);
  const ended = await second.build(id, ({ state }) => finalStates.has(state));
  assert.equal(ended.state, "succeeded");
  assert.equal(ended.progress.done, ended.progress.expected);
  assert.equal(ended.signatures?.builtHere, ended.signatures?.total);
  const { derivations } = await second.request("morph/buildDetails", { id });
  assert.ok(derivations.every(({ state, startedAt, stoppedAt }) => state === "built" && startedAt && stoppedAt));
  await second.stop();

  const third = await trustedClient(lab, home);
  assert.deepEqual(
    (await third.request("morph/builds", {})).map(build => [build.id, build.state]),
    [[id, "succeeded"]],
  );
  await third.stop();
});

test("killing the server while it evaluates loses nothing: the next one evaluates and builds", async () => {
  const slow = writeNetwork(lab, "slow to evaluate", slowlyEvaluated(3000));
  const first = await trustedClient(lab, slow);
  const { id } = await first.request("morph/build", { uri: slow.uri, machine: "turtle" });
  await first.build(id, ({ state }) => state === "evaluating");
  await first.kill();

  const untrusted = await LspClient.start({ env: lab.env, folder: slow.folder });
  assert.equal((await untrusted.build(id, () => true)).state, "evaluating");
  await untrusted.stop();

  const second = await trustedClient(lab, slow);
  const ended = await second.build(id, ({ state }) => finalStates.has(state));
  assert.equal(ended.state, "succeeded");
  await second.stop();
});

test("a second window sees the builds of the first, and can cancel them", async () => {
  const long = copyNetwork(lab, "long");
  const first = await trustedClient(lab, long);
  const second = await trustedClient(lab, long);
  const id = await buildUntilRunning(first, long, "forge");
  await second.build(id, ({ progress }) => progress.running > 0);
  await second.request("morph/cancel", { id });
  for (const client of [first, second]) {
    await client.build(id, ({ state }) => state === "cancelled");
    await client.stop();
  }
  assert.deepEqual(leftovers(lab), []);
});

test("a retry continues with finished derivations, also after garbage collection; a success removes their GC roots", async () => {
  const file = path.join(lab.dir, "go-on");
  const steps = writeNetwork(
    lab,
    "steps",
    `let
  step = name: needs: script: derivation {
    inherit name needs;
    system = "x86_64-linux";
    builder = "/bin/sh";
    args = [ "-c" "echo \${name}; \${script}; echo > $out" ];
  };
  first = step "first" [ ] ":";
  second = step "second" [ first ] ":";
  third = step "third" [ second ] "while ! test -e ${file}; do /bin/sleep 0.1; done";
in
{
  stairs = { ... }: { nixpkgs.system = "x86_64-linux"; environment.systemPackages = [ third ]; };
}
`,
  );
  const client = await trustedClient(lab, steps);
  const machine = { uri: steps.uri, machine: "stairs" };
  const { id } = await client.request("morph/build", machine);
  await client.build(id, ({ progress }) => progress.running === 1 && progress.done >= 2);
  await client.request("morph/cancel", { id });
  await client.build(id, ({ state }) => state === "cancelled");
  const folder = path.join(lab.env.XDG_STATE_HOME, "morph-language-server/builds", id, "built");
  await until("what a retry needs is kept", () =>
    linksIn(folder).some(each => each.endsWith("-second")) ? true : undefined,
  );
  await lab.nix("nix-store", ["--gc"]);

  const { plan } = await client.request("morph/evaluate", machine);
  const left = plan.build.map(nameOfStorePath);
  assert.ok(left.includes("third") && !left.includes("second") && !left.includes("first"), left.join());
  writeFileSync(file, "");
  const again = await client.request("morph/build", machine);
  assert.equal((await client.build(again.id, ({ state }) => finalStates.has(state))).state, "succeeded");
  await until("nothing more is kept of the first", () => (existsSync(folder) ? undefined : true));
  await client.stop();
});

/** The targets of the links in a folder. */
function linksIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map(name => readlinkSync(path.join(folder, name))) : [];
}

test("cancelling reaches a builder that ignores every signal", async () => {
  const stubborn = writeNetwork(
    lab,
    "stubborn",
    `{
  mule = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [ (pkgs.runCommand "mule" { } "trap '' INT TERM HUP; while :; do sleep 1; done") ];
  };
}
`,
  );
  const client = await trustedClient(lab, stubborn);
  const id = await buildUntilRunning(client, stubborn, "mule");
  await client.request("morph/cancel", { id });
  await client.build(id, ({ state }) => state === "cancelled");
  await client.stop();
  await until("the builder is gone", () => (leftovers(lab).length === 0 ? true : undefined));
});

test("a Nix that does not react to cancelling is killed after the grace period, and its builders with it", async () => {
  const long = copyNetwork(lab, "long");
  const client = await trustedClient(lab, long, { env: { ...lab.env, MORPH_CANCEL_GRACE: "300" } });
  const id = await buildUntilRunning(client, long, "forge");
  const nix = leftovers(lab).find(({ cmdline }) => /nix-store --realise/.test(cmdline));
  assert.ok(nix);
  process.kill(nix.pid, "SIGSTOP");
  await client.request("morph/cancel", { id });
  await client.build(id, ({ state }) => state === "cancelled");
  await client.stop();
  await until("the builders are gone", () => (leftovers(lab).length === 0 ? true : undefined));
});

test("garbage collection between evaluation, build and signing deletes nothing that is needed", async () => {
  const parser = await loadNixParser(dist);
  const networks = new NetworkFiles(parser, () => undefined);
  await networks.scan([home.folder], defaultSettings.networkFiles);
  const toolchain = new Toolchain({ ...defaultSettings, environment: lab.env }, () => undefined, silentLog);
  await toolchain.refresh();
  const parts = {
    log: silentLog,
    toolchain,
    networks,
    settings: () => defaultSettings,
    assets: nixAssets(path.join(dist, "nix")),
    storageDir: path.join(lab.dir, "gc-storage"),
    supervisor: path.join(dist, "supervisor.js"),
    evaluated: new EvaluatedNetworks(
      path.join(lab.dir, "gc-storage"),
      uri => networks.stamp(uri),
      () => undefined,
    ),
    cached: new CachedOutputs(),
    mayEvaluate: () => true,
    isOwnFile: () => false,
    networkDidChange: () => undefined,
  };
  const world = createBuildPorts(
    parts,
    new DeploymentChecks(parts),
    { evaluated: () => undefined },
    { addProofs: async () => undefined },
    path.join(lab.dir, "gc-storage"),
  );
  const collected: string[] = [];
  const collect = async (moment: string) => {
    const { stderr, stdout } = await lab.nix("nix-collect-garbage", []);
    collected.push(`${moment}: ${/(\d+) store paths deleted/.exec(stderr + stdout)?.[1] !== undefined}`);
  };
  const ended = new Promise<BuildDelta["summary"]>(resolve => {
    const builds = new Builds(
      path.join(lab.dir, "gc-storage"),
      {
        ...world,
        launch: async record => {
          await collect("before the build");
          return world.launch(record);
        },
        checkSignatures: async (storePath, ...more) => {
          await collect("before signing");
          return world.checkSignatures(storePath, ...more);
        },
      },
      ({ summary }) => {
        if (!finalStates.has(summary.state)) return;
        builds.close();
        resolve(summary);
      },
    );
    void builds.open().then(() => builds.start({ uri: home.uri, machine: "web01" }));
  });
  const summary = await ended;
  assert.equal(summary.state, "succeeded");
  assert.equal(summary.signatures?.builtHere, summary.signatures?.total);
  assert.deepEqual(collected, ["before the build: true", "before signing: true"]);
});
