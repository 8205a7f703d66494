import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { buildMachineModules } from "../../../server/src/buildMachine/buildMachine.ts";
import { clientEntry, machineLine } from "../../../server/src/buildMachine/machineEntry.ts";
import type { BuildMachine } from "../../../server/src/protocol.ts";
import { staticString } from "../../../server/src/syntax/nodes.ts";
import { syntaxFaults } from "../../../server/src/syntax/strict/read.ts";
import { anyText } from "../../support/arbitraries.ts";
import { buildMachine, sshPublicKey } from "../../support/buildMachines.ts";
import { nixDocument } from "../../support/nixDocument.ts";

const files = { machineFile: "build-machine.nix", clientFile: "build-machine-client.nix" };

const web: fc.Arbitrary<BuildMachine["web"]> = fc.oneof(
  fc.record({ kind: fc.constant("https" as const), email: anyText.map(text => text.replaceAll("\0", "?")) }),
  fc.record({ kind: fc.constant("http" as const), port: fc.integer({ min: 1, max: 65_535 }) }),
);
/** Nix has no NUL, which no check lets through. */
const nasty = anyText.map(text => text.replaceAll("\0", "?"));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** A build machine with any text at all, which no check has refused. Only the key of a host must be ASCII. */
const anyMachine: fc.Arbitrary<BuildMachine> = fc
  .record({
    host: nasty,
    sshPort: fc.integer({ min: 1, max: 65_535 }),
    system: nasty,
    emulated: fc.array(nasty, { maxLength: 3 }),
    maxJobs: fc.integer({ min: 1, max: 64 }),
    cache: maybe(fc.record({ host: nasty, publicKey: maybe(nasty), secretKeySource: maybe(nasty) })),
    hydra: maybe(fc.record({ host: nasty })),
    web,
    clientKeys: fc.array(nasty, { maxLength: 3 }),
    hostKey: maybe(fc.constant(sshPublicKey)),
  })
  // nginx decides by the name.
  .filter(({ cache, hydra }) => cache?.host !== hydra?.host || hydra === undefined);

/** The values of all strings in a Nix text; undefined of one with an interpolation. */
function strings(text: string): (string | undefined)[] {
  const document = nixDocument(text);
  return document.root.descendantsOfType("string_expression").map(node => node && staticString(node));
}

test("whatever is entered is a quoted string of the modules, and nothing else in them", () => {
  fc.assert(
    fc.property(anyMachine, machine => {
      const { machineModule, clientModule } = buildMachineModules(machine, files);
      for (const text of [machineModule, clientModule]) {
        assert.deepEqual(syntaxFaults(text), []);
        assert.equal(strings(text).includes(undefined), false, "an interpolation");
      }
      for (const key of machine.clientKeys) assert.ok(strings(machineModule).includes(key.trim()));
      for (const system of machine.emulated) assert.ok(strings(machineModule).includes(system));
      assert.ok(strings(clientModule).includes(machine.host));
      const { secretKeySource, publicKey } = machine.cache ?? {};
      if (secretKeySource !== undefined) assert.ok(strings(machineModule).includes(secretKeySource));
      if (publicKey !== undefined) assert.ok(strings(clientModule).includes(publicKey));
    }),
    { numRuns: 300 },
  );
});

test("every option is set once, on one line that a reader can find", () => {
  const { machineModule, clientModule } = buildMachineModules(buildMachine(), files);
  for (const line of [
    'boot.binfmt.emulatedSystems = [ "aarch64-linux" "armv7l-linux" ];',
    'secretKeyFile = "/var/lib/nix-cache/secret-key";',
    "protocol = null;",
    'nix.settings.trusted-users = [ "nix-builder" ];',
    'hydraURL = "https://hydra.home.example";',
    "networking.firewall.allowedTCPPorts = [ 80 443 ];",
  ])
    assert.ok(
      machineModule.split("\n").some(each => each.trim() === line),
      line,
    );
  for (const line of [
    "nix.distributedBuilds = true;",
    "builders-use-substitutes = true;",
    'substituters = [ "https://cache.home.example" ];',
    'sshKey = "/root/.ssh/nix-builder";',
  ])
    assert.ok(
      clientModule.split("\n").some(each => each.trim() === line),
      line,
    );
});

test("no line is longer than a screen, keys apart", () => {
  const { machineModule, clientModule } = buildMachineModules(buildMachine(), files);
  const long = `${machineModule}${clientModule}`
    .split("\n")
    .filter(line => line.length > 120 && !/Key|ssh-ed/.test(line));
  assert.deepEqual(long, []);
});

test("a machine that only builds over ssh has no web server", () => {
  const { machineModule } = buildMachineModules(buildMachine({ cache: undefined, hydra: undefined }), files);
  assert.doesNotMatch(machineModule, /nginx|acme|firewall|hydra|nix-serve|buildMachines =/);
});

test("a machine that emulates nothing has one entry for its clients", () => {
  const { machineModule, clientModule } = buildMachineModules(buildMachine({ emulated: [] }), files);
  assert.doesNotMatch(machineModule, /binfmt/);
  assert.equal(clientModule.match(/hostName =/g)?.length, 1);
});

test("a key that is not known yet leaves the cache commented out: with a wrong one, Nix refuses to start", () => {
  const { clientModule } = buildMachineModules(buildMachine({ cache: { host: "cache.home.example" } }), files);
  assert.match(clientModule, /^ *# substituters = \[ "https:\/\/cache\.home\.example" \];$/m);
  assert.match(clientModule, /^ *# trusted-public-keys = \[ "cache\.home\.example-1:PUBLIC-KEY" \];$/m);
  assert.doesNotMatch(clientModule, /^ *(?:substituters|trusted-public-keys) =/m);
});

test("a port of ssh is set on both sides, unless the machine has its own", () => {
  const ports = (fields: Partial<BuildMachine>) =>
    buildMachineModules(buildMachine({ sshPort: 2222, ...fields }), files);
  assert.match(ports({}).machineModule, /services\.openssh\.ports = \[ 2222 \];/);
  assert.doesNotMatch(ports({ hasSsh: true }).machineModule, /services\.openssh\.ports/);
  assert.match(ports({}).clientModule, /programs\.ssh\.extraConfig = "Host build\.home\.example\\n {2}Port 2222\\n";/);
});

test("a port of nginx is in every address", () => {
  const { machineModule, clientModule } = buildMachineModules(
    buildMachine({ web: { kind: "http", port: 8080 } }),
    files,
  );
  assert.match(machineModule, /addr = "\[::\]"; port = 8080;/);
  assert.match(machineModule, /hydraURL = "http:\/\/hydra\.home\.example:8080";/);
  assert.match(machineModule, /X-Request-Base http:\/\/hydra\.home\.example:8080;/);
  assert.match(clientModule, /substituters = \[ "http:\/\/cache\.home\.example:8080" \];/);
});

test("the line of an entry has all eight fields", () => {
  const entry = clientEntry(buildMachine(), "emulated", ["aarch64-linux"]);
  assert.deepEqual(machineLine(entry).split(" "), [
    "ssh-ng://nix-builder@build.home.example",
    "aarch64-linux",
    "/root/.ssh/nix-builder",
    "4",
    "1",
    "big-parallel,benchmark",
    "-",
    Buffer.from(sshPublicKey).toString("base64"),
  ]);
});

/** The titles of the steps. */
function steps(machine: BuildMachine, deployed?: { machine: string; network: string }): string[] {
  const { nextSteps } = buildMachineModules(machine, { ...files, deployed });
  return [...nextSteps.matchAll(/^## \d+\. (.*)$/gm)].map(([, title = ""]) => title);
}

test("the build machine is deployed after its key was made, and before its clients", () => {
  assert.deepEqual(steps(buildMachine({ cache: { host: "cache.home.example" } })), [
    "Add the names to DNS",
    "Create the cache's keys on the build machine",
    "Deploy the build machine",
    "Create a user of Hydra",
    "Give each client a key for ssh",
    "Deploy the clients",
    "Check it",
  ]);
});

test("a key that Morph copies is not made again on the build machine", () => {
  const cache = { host: "cache.home.example", publicKey: "a:b", secretKeySource: "/home/me/keys/secret" };
  assert.equal(steps(buildMachine({ cache })).includes("Create the cache's keys on the build machine"), false);
});

test("a machine's name is an argument of the commands, whatever it contains", () => {
  const deployed = { machine: "it's; rm -rf $HOME `x`", network: "my network.nix" };
  const { nextSteps } = buildMachineModules(buildMachine(), { ...files, deployed });
  assert.ok(nextSteps.includes("--on='it'\\''s; rm -rf $HOME `x`' 'my network.nix' switch"), nextSteps);
});
