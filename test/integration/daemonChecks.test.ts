import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, afterEach, before, test } from "node:test";
import type { Builder } from "../../server/src/protocol.ts";
import { type Builder as LabBuilder, startBuilder } from "../support/builder.ts";
import { startDaemon } from "../support/daemon.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { type ClientOptions, LspClient } from "../support/lspClient.ts";
import { type NixDaemon, startNixDaemon } from "../support/nixDaemon.ts";
import { copyNetwork, type Workspace } from "../support/workspace.ts";

// Checking builders where Nix's daemon connects, as root and without our user's ssh configuration.

let lab: Lab;
let home: Workspace;
let pi: LabBuilder;
let daemon: NixDaemon | undefined;

before(async () => {
  lab = await startLab();
  pi = await startBuilder(lab, { name: "builder-pi", systems: ["x86_64-linux", "aarch64-linux"] });
  home = copyNetwork(lab, "home");
});

afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
});

after(() => lab.stop());

/** Checks the only builder, which has this line. */
async function checked(line: string, options: ClientOptions): Promise<Builder> {
  lab.setConf({ builders: [line] });
  const client = await LspClient.start({ folder: home.folder, trusted: true, ...options });
  const { access } = await client.next("morph/toolchainDidChange");
  assert.equal(access?.daemon, true);
  const [, remote] = await client.request("morph/builders", { check: true });
  await client.stop();
  return remote ?? assert.fail();
}

/** An ssh configuration as root's own. */
function rootsConfig(name: string, lines: readonly string[] = []): string {
  const file = path.join(lab.dir, name);
  const own = readFileSync(path.join(lab.dir, "ssh/builder-pi.conf"), "utf8").trim().split("\n");
  const names = new Set(lines.map(line => line.trim().split(" ")[0]));
  writeFileSync(file, [...own.filter(line => !names.has(line.trim().split(" ")[0])), ...lines, ""].join("\n"));
  return `-F ${file}`;
}

test("a trusted user's check goes through the daemon, and proves what it builds", async () => {
  daemon = await startNixDaemon(lab, { sshOptions: rootsConfig("root-good") });
  const { check, offers } = await checked(pi.machinesLine, { env: daemon.env });
  assert.equal(check?.problem, undefined, JSON.stringify(check));
  assert.deepEqual([check?.through, check?.reachable, check?.processor], ["daemon", true, "x86_64"]);
  assert.deepEqual(
    offers[0]?.systems.map(({ system, mode, known }) => [system, mode, known]),
    [
      ["x86_64-linux", "native", "proven"],
      ["aarch64-linux", "emulated", "proven"],
    ],
  );
});

test("a name that only our own ssh configuration knows is unknown to the daemon, and the message has root's view", async () => {
  daemon = await startNixDaemon(lab);
  const { check } = await checked(pi.machinesLine, { env: daemon.env });
  assert.equal(check?.reachable, false);
  assert.equal(check?.through, "daemon");
  assert.match(
    check?.problem?.message ?? "",
    /To see what root sees, run: sudo ssh -o BatchMode=yes .* builder-pi nix-store --version$/,
  );
  assert.equal(check?.problem?.code, "builder-closed-to-daemon", JSON.stringify(check?.problem));
  assert.match(
    check.problem.message,
    /^builder-pi lets your user in, but Nix's daemon could not.* builder-pi is not a host name that resolves/,
  );
});

test("a builder that refuses the daemon's login and not ours has a problem with root's view", async () => {
  const line = pi.machinesLine.replace(/(?<=^\S+ \S+ )\S+/, "-");
  daemon = await startNixDaemon(lab, { sshOptions: rootsConfig("root-keyless", ["  IdentityFile /nowhere/key"]) });
  const { check } = await checked(line, { env: daemon.env });
  assert.equal(check?.problem?.code, "builder-closed-to-daemon", JSON.stringify(check?.problem));
  assert.match(check.problem.message, /To see what root sees, run: sudo ssh/);
});

test("a builder that neither we nor the daemon reach has the reason that our own connection shows", async () => {
  daemon = await startNixDaemon(lab);
  const { check } = await checked(pi.machinesLine.replace("builder-pi", "builder-pi.invalid"), { env: daemon.env });
  assert.equal(check?.problem?.code, "builder-not-found", JSON.stringify(check?.problem));
  assert.match(
    check.problem.message,
    /To see what root sees, run: sudo ssh .* builder-pi\.invalid nix-store --version$/,
  );
});

test("a key that only our agent has is named", async () => {
  const socket = path.join(lab.dir, "agent");
  const agent = await startDaemon({
    command: "ssh-agent",
    args: ["-D", "-a", socket],
    env: lab.env,
    cwd: lab.dir,
    log: path.join(lab.dir, "agent.log"),
    isReady: async () => {
      try {
        execFileSync("ssh-add", [path.join(lab.dir, "builders/builder-pi/client-key")], {
          env: { ...lab.env, SSH_AUTH_SOCK: socket },
          stdio: "ignore",
        });
        return true;
      } catch {
        return false;
      }
    },
  });
  lab.defer(agent.stop);
  const line = pi.machinesLine.replace(/(?<=^\S+ \S+ )\S+/, "-");
  const keyless = ["  IdentityFile /nowhere/key", "  IdentitiesOnly no"];
  daemon = await startNixDaemon(lab, { sshOptions: rootsConfig("root-agentless", keyless) });
  const env = { ...daemon.env, SSH_AUTH_SOCK: socket, NIX_SSHOPTS: rootsConfig("user-agent", keyless) };
  const { check } = await checked(line, { env });
  assert.equal(check?.problem?.code, "builder-key-in-agent", JSON.stringify(check?.problem));
  assert.match(check.problem.message, /^builder-pi lets you in with a key that only your ssh agent has/);
  await agent.stop();
});

test("a user whom the daemon does not trust cannot try a builder alone, and the check says so", async () => {
  daemon = await startNixDaemon(lab);
  const { env, commandLine } = daemon.nobody;
  const { check, offers } = await checked(pi.machinesLine, { env, commandLine });
  assert.equal(check?.problem?.code, "untrusted-user", JSON.stringify(check));
  assert.equal(check.problem.severity, "warning");
  assert.equal(offers[0]?.systems[0]?.known, "claimed");
});

test("what the daemon builds anyway for an untrusted user is a proof", async () => {
  daemon = await startNixDaemon(lab, { sshOptions: rootsConfig("root-good") });
  const { env, commandLine } = daemon.nobody;
  const { check, offers } = await checked(pi.machinesLine, { env, commandLine });
  assert.equal(check?.problem, undefined, JSON.stringify(check));
  assert.equal(check?.reachable, true);
  assert.deepEqual([offers[0]?.systems[0]?.mode, offers[0]?.systems[0]?.known], ["native", "proven"]);
});
