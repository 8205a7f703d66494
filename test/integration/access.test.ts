import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import type { ToolchainReport } from "../../server/src/protocol.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { type ClientOptions, LspClient } from "../support/lspClient.ts";
import { type NixDaemon, startNixDaemon } from "../support/nixDaemon.ts";
import { copyNetwork, type Workspace } from "../support/workspace.ts";

// Whether Nix's daemon opens the connections and trusts us, with a real daemon.

let lab: Lab;
let home: Workspace;
let daemon: NixDaemon | undefined;

before(async () => {
  lab = await startLab();
  home = copyNetwork(lab, "home");
});

afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
});

after(() => lab.stop());

async function reported(options: ClientOptions): Promise<ToolchainReport["access"]> {
  const client = await LspClient.start({ folder: home.folder, trusted: true, ...options });
  const { access } = await client.next("morph/toolchainDidChange");
  await client.stop();
  return access;
}

test("without a daemon, our own Nix connects and takes all settings", async () => {
  assert.deepEqual(await reported({ env: lab.env }), { daemon: false, trusted: true });
});

test("a daemon that trusts our user connects, and takes our builders", async () => {
  daemon = await startNixDaemon(lab);
  assert.deepEqual(await reported({ env: daemon.env }), { daemon: true, trusted: true });
});

test("a user who may write to the store uses it without the daemon that runs", async () => {
  daemon = await startNixDaemon(lab);
  assert.deepEqual(await reported({ env: lab.env }), { daemon: false, trusted: true });
});

test("a daemon that does not trust our user is reported before any build", async () => {
  daemon = await startNixDaemon(lab);
  const { env, commandLine } = daemon.nobody;
  assert.deepEqual(await reported({ env, commandLine }), { daemon: true, trusted: false });
});

test("another user finds the daemon by its socket", async () => {
  daemon = await startNixDaemon(lab);
  const { env, commandLine } = daemon.nobody;
  const { NIX_REMOTE: _, ...plain } = env;
  assert.deepEqual(await reported({ env: plain, commandLine }), { daemon: true, trusted: false });
});

test("'trusted-users' decides for our user as well", async () => {
  lab.setConf({ lines: ["trusted-users = someone-else @a-group"] });
  daemon = await startNixDaemon(lab);
  assert.deepEqual(await reported({ env: daemon.env }), { daemon: true, trusted: false });
  const ours = await lab.nix("id", ["-Gn"]);
  lab.setConf({ lines: [`trusted-users = @${ours.stdout.trim().split(" ")[0]}`] });
  // A newer daemon keeps the setting that it has read when it started.
  await daemon.stop();
  daemon = await startNixDaemon(lab);
  assert.deepEqual(await reported({ env: daemon.env }), { daemon: true, trusted: true });
});

test("what the daemon does with a builder of an untrusted user is what we report", async () => {
  lab.setConf({});
  daemon = await startNixDaemon(lab);
  const expression = 'derivation { name = "x"; system = "riscv64-linux"; builder = "/none"; }';
  const args = ["--expr", expression, "--max-jobs", "0", "--builders", "ssh://nowhere riscv64-linux", "--no-out-link"];
  const ours = await lab.nix("env", ["NIX_REMOTE=daemon", "nix-build", ...args]);
  const theirs = await daemon.nobody.run("nix-build", args);
  assert.match(ours.stderr, /cannot build on 'ssh:\/\/nowhere'/);
  assert.doesNotMatch(theirs.stderr, /nowhere/);
  assert.notEqual(theirs.code, 0);
});
