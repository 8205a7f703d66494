import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { CodeAction } from "vscode-languageserver-types";
import { URI } from "vscode-uri";
import type { BuildMachine } from "../../server/src/protocol.ts";
import { startBuilder } from "../support/builder.ts";
import { buildMachine, sshPublicKey } from "../support/buildMachines.ts";
import { machineArgs } from "../support/expressions.ts";
import { network } from "../support/fixtures.ts";
import { type Lab, startLab } from "../support/lab.ts";
import type { LspClient } from "../support/lspClient.ts";
import { refusal } from "../support/refusal.ts";
import { copyNetwork, trustedClient, writeNetwork } from "../support/workspace.ts";

// The generated modules in a real Nix, with the options of the miniature nixpkgs, and the keys of a cache from it.

let lab: Lab;
let client: LspClient;

before(async () => {
  lab = await startLab();
  client = await trustedClient(lab, copyNetwork(lab, "home"));
});

after(async () => {
  await client.stop();
  await lab.stop();
});

const files = { machineFile: "build-machine.nix", clientFile: "build-machine-client.nix" };

let folders = 0;

/** The configuration of a machine of a system with one of the modules, or both, evaluated as far as an expression of it goes. */
async function evaluated(machine: BuildMachine, module: "machine" | "client", system: string, expression: string) {
  const folder = path.join(lab.dir, `modules-${folders++}`);
  mkdirSync(folder);
  const { machineModule, clientModule } = await client.request("morph/buildMachineModules", { machine, files });
  writeFileSync(path.join(folder, files.machineFile), machineModule);
  writeFileSync(path.join(folder, files.clientFile), clientModule);
  const file = module === "machine" ? files.machineFile : files.clientFile;
  const text = `
    let
      inherit (import <nixpkgs/nixos/lib/eval-config.nix> { modules = [ ./${file} ]; system = "${system}"; }) config;
    in
    ${expression}`;
  writeFileSync(path.join(folder, "default.nix"), text);
  const result = await lab.nix("nix-instantiate", ["--eval", "--strict", "--json", path.join(folder, "default.nix")]);
  assert.equal(result.code, 0, result.stderr);
  return JSON.parse(result.stdout);
}

test("the module of a build machine sets what it is for", async () => {
  const config = await evaluated(
    buildMachine({ cache: { host: "cache.home.example", secretKeySource: undefined } }),
    "machine",
    "x86_64-linux",
    `{
      inherit (config.boot.binfmt) emulatedSystems;
      inherit (config.nix.settings) trusted-users extra-platforms;
      keys = config.users.users.nix-builder.openssh.authorizedKeys.keys;
      machines = config.system.build.nixMachines;
      hydra = { inherit (config.services.hydra) enable hydraURL port; };
      cache = { inherit (config.services.nix-serve) enable bindAddress secretKeyFile; };
      hosts = builtins.mapAttrs (_: host: [ host.forceSSL host.locations."/".proxyPass ]) config.services.nginx.virtualHosts;
      email = config.security.acme.defaults.email;
      ports = config.networking.firewall.allowedTCPPorts;
      drv = config.system.build.toplevel.drvPath;
    }`,
  );
  const { drv, ...rest } = config;
  assert.match(drv, /-nixos-system-/);
  assert.deepEqual(rest, {
    emulatedSystems: ["aarch64-linux", "armv7l-linux"],
    "trusted-users": ["nix-builder"],
    "extra-platforms": ["aarch64-linux", "armv7l-linux"],
    keys: [sshPublicKey],
    machines:
      "localhost x86_64-linux,i686-linux,aarch64-linux,armv7l-linux - 4 1 big-parallel,benchmark,nixos-test,kvm - -\n",
    hydra: { enable: true, hydraURL: "https://hydra.home.example", port: 3000 },
    cache: { enable: true, bindAddress: "127.0.0.1", secretKeyFile: "/var/lib/nix-cache/secret-key" },
    hosts: {
      "cache.home.example": [true, "http://127.0.0.1:5000"],
      "hydra.home.example": [true, "http://127.0.0.1:3000"],
    },
    email: "root@home.example",
    ports: [80, 443],
  });
});

test("the module of a client has a line for each kind of building, and none for its own system emulated", async () => {
  const hostKey = Buffer.from(sshPublicKey).toString("base64");
  const lines = (system: string) => evaluated(buildMachine(), "client", system, "config.system.build.nixMachines");
  const address = "ssh-ng://nix-builder@build.home.example";
  const native = `${address} x86_64-linux,i686-linux /root/.ssh/nix-builder 4 2 big-parallel,benchmark,nixos-test,kvm - ${hostKey}\n`;
  const emulated = (systems: string) =>
    `${address} ${systems} /root/.ssh/nix-builder 4 1 big-parallel,benchmark - ${hostKey}\n`;
  assert.equal(await lines("x86_64-linux"), native + emulated("aarch64-linux,armv7l-linux"));
  assert.equal(await lines("aarch64-linux"), native + emulated("armv7l-linux"));
  const settings = await evaluated(
    buildMachine({ sshPort: 2222, web: { kind: "http", port: 8080 } }),
    "client",
    "x86_64-linux",
    "{ inherit (config.nix) distributedBuilds settings; ssh = config.programs.ssh.extraConfig; }",
  );
  assert.equal(settings.distributedBuilds, true);
  assert.equal(settings.settings["builders-use-substitutes"], true);
  assert.deepEqual(settings.settings.substituters, ["http://cache.home.example:8080"]);
  assert.deepEqual(settings.settings["trusted-public-keys"], [buildMachine().cache?.publicKey]);
  assert.equal(settings.ssh, "Host build.home.example\n  Port 2222\n");
});

test("each kind of build machine evaluates", async () => {
  const kinds: Partial<BuildMachine>[] = [
    { cache: undefined, hydra: undefined, clientKeys: [], hostKey: undefined },
    { emulated: [], web: { kind: "http", port: 80 } },
    { hydra: undefined, cache: { host: "cache.home.example" }, web: { kind: "http", port: 8080 }, sshPort: 2222 },
  ];
  for (const kind of kinds)
    for (const module of ["machine", "client"] as const)
      await evaluated(buildMachine(kind), module, "x86_64-linux", "config.system.build.toplevel.drvPath");
});

test("the keys of a cache come from Nix, only their user can read the secret one, and none is overwritten", async () => {
  const folder = path.join(lab.dir, "keys");
  const keys = await client.request("morph/createCacheKeys", { host: "cache.home.example", folder });
  assert.match(keys.publicKey, /^cache\.home\.example-1:[A-Za-z0-9+/]{43}=$/);
  assert.equal(statSync(keys.secretKeyFile).mode & 0o777, 0o600);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  const secret = readFileSync(keys.secretKeyFile, "utf8");
  const problem = await refusal(client.request("morph/createCacheKeys", { host: "cache.home.example", folder }));
  assert.equal(problem.code, "keys-exist");
  assert.equal(readFileSync(keys.secretKeyFile, "utf8"), secret);
});

test("keys are not created where that is impossible", async () => {
  const file = path.join(lab.dir, "a-file");
  writeFileSync(file, "");
  const problem = await refusal(client.request("morph/createCacheKeys", { host: "cache.home.example", folder: file }));
  assert.equal(problem.code, "no-keys");
  assert.equal(existsSync(path.join(file, "x")), false);
});

test("keys are not created in a folder that others can read", async () => {
  const folder = path.join(lab.dir, "shared");
  mkdirSync(folder, { mode: 0o755 });
  const problem = await refusal(client.request("morph/createCacheKeys", { host: "cache.home.example", folder }));
  assert.equal(problem.code, "no-keys");
  assert.deepEqual(readdirSync(folder), []);
});

test("keys are not created in Nix's store, which all users can read", async () => {
  const folder = path.join(lab.storeDir, "keys");
  const problem = await refusal(client.request("morph/createCacheKeys", { host: "cache.home.example", folder }));
  assert.equal(problem.code, "no-keys");
  assert.match(problem.message, /is in Nix's store/);
  assert.equal(existsSync(folder), false);
});

test("the code actions of a machine without a builder come from the server, at its name and for its mark", async () => {
  const workspace = copyNetwork(lab, "home");
  const capabilities = { textDocument: { codeAction: { codeActionLiteralSupport: {} } } };
  const editor = await trustedClient(lab, workspace, { capabilities });
  await editor.open(workspace.uri, readFileSync(workspace.file, "utf8"));
  const { machines } = await editor.request("morph/network", { textDocument: { uri: workspace.uri } });
  const range = machines.find(({ name }) => name === "eiffel")?.selectionRange;
  const actionsFor = (diagnostics: readonly object[]): Promise<CodeAction[]> =>
    editor.lsp("textDocument/codeAction", {
      textDocument: { uri: workspace.uri },
      range,
      context: { diagnostics },
    });
  const titles = (await actionsFor([])).map(({ title }) => title);
  assert.deepEqual(titles, ["Emulate aarch64-linux on web01", "Emulate aarch64-linux on db01"]);
  const mark = { range, code: "unbuildable-system", message: "No builder" };
  assert.deepEqual((await actionsFor([mark]))[0]?.diagnostics, [mark]);
  await editor.stop();
});

test("a machine that consists of a file is edited in that file", async () => {
  const workspace = writeNetwork(
    lab,
    "files",
    '{ server = import ./server.nix; eiffel = { nixpkgs.hostPlatform = "aarch64-linux"; }; }',
  );
  const file = path.join(workspace.folder, "server.nix");
  writeFileSync(file, '{ ... }:\n{\n  nixpkgs.hostPlatform = "x86_64-linux";\n}\n');
  const editor = await trustedClient(lab, workspace);
  await editor.open(workspace.uri, readFileSync(workspace.file, "utf8"));
  await editor.request("morph/network", { textDocument: { uri: workspace.uri } });
  const fixes = await editor.request("morph/builderFixes", { uri: workspace.uri, machine: "eiffel" });
  const fix = fixes.find(({ label }) => label === "Emulate aarch64-linux on server");
  assert.ok(fix?.action.kind === "edit");
  assert.deepEqual(fix.action.edit.changes, {
    [URI.file(file).toString()]: [
      {
        range: { start: { line: 1, character: 1 }, end: { line: 1, character: 1 } },
        newText: '\n  boot.binfmt.emulatedSystems = [ "aarch64-linux" ];',
      },
    ],
  });
  await editor.stop();
});

test("the lines of a client's module make a real ssh server with Nix behind it a builder", async () => {
  const host = "build.home.example";
  const builder = await startBuilder(lab, { name: host, systems: ["aarch64-linux"] });
  const folder = path.join(lab.dir, "builders", host);
  // The user of the module, who exists only there.
  appendFileSync(path.join(folder, "passwd"), `nix-builder:x:1000:1000::${folder}/home:/bin/sh\n`);
  const hostKey = readFileSync(path.join(folder, "host-key.pub"), "utf8").trim();
  const machine = buildMachine({ host, emulated: ["aarch64-linux"], hostKey });
  const lines: string = await evaluated(machine, "client", "x86_64-linux", "config.system.build.nixMachines");
  lab.setConf({ builders: lines.trim().split("\n") });
  const args = [...machineArgs(network("home"), "eiffel"), "--no-out-link", "--max-jobs", "0"];
  const built = await lab.nix("nix-build", args);
  assert.equal(built.code, 0, built.stderr);
  assert.match(built.stderr, /on 'ssh-ng:\/\/nix-builder@build\.home\.example'/);
  assert.equal(readFileSync(path.join(built.stdout.trim(), "system"), "utf8"), "aarch64-linux\n");
  assert.ok(readdirSync(builder.storeFolder).some(name => /-linux-[\d.]+$/.test(name)));
});
