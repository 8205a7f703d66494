import assert from "node:assert/strict";
import { chmodSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Builder, BuilderSystem } from "../../server/src/protocol.ts";
import { type Builder as LabBuilder, startBuilder } from "../support/builder.ts";
import { type Lab, startLab } from "../support/lab.ts";
import type { LspClient } from "../support/lspClient.ts";
import { freePort } from "../support/ports.ts";
import { descendants, isAlive } from "../support/processes.ts";
import { until } from "../support/until.ts";
import { buildToEnd, copyNetwork, trustedClient, type Workspace } from "../support/workspace.ts";

// Checking builders over a real ssh server, and proving by building what they can build.

const extraPlatforms = ["aarch64-linux", "i686-linux"];

let lab: Lab;
let home: Workspace;
let client: LspClient;
let pi: LabBuilder;

before(async () => {
  lab = await startLab();
  pi = await startBuilder(lab, {
    name: "builder-pi",
    systems: ["x86_64-linux", "aarch64-linux"],
    overstated: ["armv7l-linux"],
    features: ["big-parallel", "kvm2"],
    maxJobs: 4,
  });
  lab.setConf({ extraPlatforms, builders: [pi.machinesLine] });
  home = copyNetwork(lab, "home");
  client = await trustedClient(lab, home);
});

after(async () => {
  await client.stop();
  await lab.stop();
});

/** Checks the only builder, which has this line. */
async function checked(line: string): Promise<Builder> {
  lab.setConf({ extraPlatforms, builders: [line] });
  const [, remote] = await client.request("morph/builders", {});
  assert.ok(remote !== undefined);
  const found = await client.request("morph/builders", { check: remote.id });
  return found.find(({ id }) => id === remote.id) ?? assert.fail();
}

function systemsOf({ offers }: Builder): Record<string, readonly [BuilderSystem["mode"], BuilderSystem["known"]]> {
  const systems = offers.flatMap(offer => offer.systems);
  return Object.fromEntries(systems.map(({ system, mode, known }) => [system, [mode, known]]));
}

test("this machine proves what it builds: natively, compatibly and emulated", async () => {
  const [local] = await client.request("morph/builders", { check: "local" });
  assert.ok(local !== undefined);
  assert.deepEqual(systemsOf(local), {
    "x86_64-linux": ["native", "proven"],
    "aarch64-linux": ["emulated", "proven"],
    "i686-linux": ["compatible", "proven"],
  });
  const { check } = local;
  assert.equal(check?.problem, undefined);
  assert.deepEqual(
    [check?.through, check?.reachable, check?.trusted, check?.processor],
    ["user", true, true, "x86_64"],
  );
  assert.deepEqual(check?.emulates, ["aarch64-linux", "armv7l-linux"]);
  assert.ok((check?.freeBytes ?? 0) > 1024 * 1024);
  assert.equal(local.isChecking, undefined);
});

test("a builder proves what it builds, and what its line claims in vain", async () => {
  const remote = await checked(pi.machinesLine);
  assert.deepEqual(systemsOf(remote), {
    "x86_64-linux": ["native", "proven"],
    "aarch64-linux": ["emulated", "proven"],
    "armv7l-linux": ["impossible", "proven"],
  });
  const [offer] = remote.offers;
  assert.equal(offer?.systems[2]?.refusal?.code, "builder-refused");
  assert.match(offer?.systems[2]?.refusal?.message ?? "", /^builder-pi does not build armv7l-linux, although its line/);
  assert.deepEqual(offer?.supportedFeatures, ["big-parallel"]);
  assert.match(offer?.refusedFeatures?.[0]?.refusal.message ?? "", /does not have the system feature 'kvm2'/);
  assert.equal(remote.check?.problem, undefined);
  assert.equal(remote.check?.nixVersion, (await lab.nix("nix-build", ["--version"])).stdout.trim().split(" ").at(-1));
  assert.equal(remote.check?.trusted, true);
});

test("what was refused is not offered, and says why before a build", async () => {
  await checked(pi.machinesLine);
  const text = readFileSync(home.file, "utf8").replaceAll("aarch64-linux", "armv7l-linux");
  writeFileSync(home.file, text);
  await client.open(home.uri, text);
  const { builders: choices } = await client.request("morph/buildersFor", { uri: home.uri, machine: "eiffel" });
  const { capability } = choices.find(({ builder }) => builder.id === pi.storeUri) ?? assert.fail();
  assert.equal(capability?.can, false);
  assert.equal(capability.known, "proven");
  assert.match(capability.why, /although its line in 'builders' says so/);
  const build = await buildToEnd(client, home, "eiffel");
  assert.equal(build.failure?.code, "no-builder");
  assert.match(build.failure?.message ?? "", /builder-pi does not build armv7l-linux, although/);
});

test("results are kept, for other windows and the next start", async () => {
  const remote = await checked(pi.machinesLine);
  const other = await trustedClient(lab, home);
  const [, found] = await other.request("morph/builders", {});
  assert.deepEqual(found, remote);
  await other.stop();
});

test("a check leaves a few small files in the stores and in our own folder, and nothing else", async () => {
  await checked(pi.machinesLine);
  assert.ok(readdirSync(pi.storeFolder).some(name => name.includes("morph-check")));
  const storage = path.join(lab.env.XDG_STATE_HOME, "morph-language-server");
  const expected = [
    "builders.json",
    "check",
    "check/aarch64",
    "check/armv7l",
    "check/i686",
    "check/x86_64",
    "ssh",
    "ssh/known_hosts-*",
  ];
  // A file that is being written (`builders.json.*`) is there for a moment.
  await until(`the folder of ours has ${expected.join(", ")}`, () => {
    const ours = readdirSync(storage, { recursive: true, encoding: "utf8" })
      .filter(name => !/^(?:builds|evaluated)(?:\/|$)/.test(name))
      .map(name => name.replace(/-[0-9a-f]{16}$/, "-*"));
    return isDeepStrictEqual(ours.toSorted(), expected) || undefined;
  });
});

test("two requests share one check", async () => {
  lab.setConf({ extraPlatforms, builders: [pi.machinesLine] });
  await client.request("morph/builders", {});
  const [first, second] = await Promise.all([
    client.request("morph/builders", { check: pi.storeUri }),
    client.request("morph/builders", { check: true }),
  ]);
  assert.equal(first[1]?.check?.at, second[1]?.check?.at);
});

test("a builder that Nix does not have cannot be checked", async () => {
  await assert.rejects(client.request("morph/builders", { check: "ssh-ng://nowhere" }), /Nix has no builder ssh-ng/);
});

/** The builder under another name, with further or other lines for ssh (its own apply unless replaced). */
function alias(name: string, ...lines: readonly string[]): string {
  const own = readFileSync(path.join(lab.dir, "ssh/builder-pi.conf"), "utf8").trim().split("\n").slice(1);
  const names = new Set(lines.map(line => line.trim().split(" ")[0]));
  const kept = own.filter(line => !names.has(line.trim().split(" ")[0]));
  writeFileSync(path.join(lab.dir, `ssh/${name}.conf`), [`Host ${name}`, ...lines, ...kept, ""].join("\n"));
  return pi.machinesLine.replace("ssh-ng://builder-pi", `ssh-ng://${name}`);
}

const at = (name: string) => path.join(lab.dir, "builders/builder-pi", name);

function withKey(line: string, file: string): string {
  return line.replace(/(?<=^\S+ \S+ )\S+/, file);
}

function withHostKey(line: string, key: string): string {
  return line.replace(/\S+$/, key);
}

const otherKey = () => Buffer.from(readFileSync(at("client-key.pub"))).toString("base64");

/** Fault -> the builder's line, the problem, its message, and whether its machine was reached. */
const faults: Readonly<Record<string, readonly [() => Promise<string> | string, string, RegExp, boolean?]>> = {
  "a pinned host key that is wrong": [
    () => withHostKey(pi.machinesLine, otherKey()),
    "builder-host-key",
    /^The host key of builder-pi has changed/,
  ],
  "a wrong pinned key behind an alias, which Nix itself would accept": [
    () => withHostKey(alias("alias-pi", "HostKeyAlias builder-pi"), otherKey()),
    "builder-host-key",
    /^The host key of alias-pi has changed/,
  ],
  "an unknown host key": [
    () => withHostKey(alias("new-pi", "HostKeyAlias new-pi"), "-"),
    "builder-host-key",
    /^The host key of new-pi could not be verified/,
  ],
  "a key that it does not accept": [
    async () => {
      const file = path.join(lab.dir, "stranger");
      await lab.nix("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
      return withKey(alias("key-pi", `IdentityFile ${file}`), file);
    },
    "builder-denied",
    /^key-pi refused the login\. Check the user and the key/,
  ],
  "a key file that does not exist": [
    () => withKey(alias("none-pi", "IdentityFile /nowhere/key"), "/nowhere/id"),
    "builder-denied",
    /the key file \/nowhere\/id that its line in 'builders' names cannot be read \(No such file or directory\)/,
  ],
  "a key file that others can read": [
    () => {
      const file = path.join(lab.dir, "open-key");
      copyFileSync(at("client-key"), file);
      chmodSync(file, 0o644);
      return withKey(alias("open-pi", `IdentityFile ${file}`), file);
    },
    "builder-denied",
    /others can read it \(mode 0644\)\. Run: chmod 600/,
  ],
  "a key with a passphrase": [
    async () => {
      const file = path.join(lab.dir, "locked-key");
      copyFileSync(at("client-key"), file);
      await lab.nix("ssh-keygen", ["-q", "-p", "-P", "", "-N", "secret words", "-f", file]);
      return withKey(alias("locked-pi", `IdentityFile ${file}`), file);
    },
    "builder-denied",
    /^locked-pi refused the login.*has no passphrase/,
  ],
  "a program that is not on its PATH": [
    () => pi.machinesLine.replace("ssh-ng://builder-pi", "ssh-ng://builder-pi?remote-program=nix-demon"),
    "builder-no-nix",
    /has no nix-demon on the PATH of a non-interactive shell/,
    true,
  ],
  "a name that does not resolve": [
    () => pi.machinesLine.replace("builder-pi", "builder-pi.invalid"),
    "builder-not-found",
    /^The host name of the builder builder-pi\.invalid cannot be resolved/,
  ],
  "a port where nothing listens": [
    async () => alias("shut-pi", `Port ${await freePort()}`),
    "builder-unreachable",
    /^The builder shut-pi cannot be reached \(Connection refused\)/,
  ],
};

for (const [name, [line, code, message, isReached = false]] of Object.entries(faults))
  test(`a check says what to do: ${name}`, async () => {
    const { check } = await checked(await line());
    assert.equal(check?.problem?.code, code, JSON.stringify(check));
    assert.match(check.problem.message, message);
    assert.equal(check.reachable, isReached);
    assert.equal(check.through, "user");
  });

test("a builder whose Nix does not trust the user that logs in", async () => {
  const wary = await startBuilder(lab, { name: "wary", systems: ["x86_64-linux"], isUntrusting: true });
  const { check, offers } = await checked(wary.machinesLine);
  assert.deepEqual([check?.reachable, check?.trusted], [true, false], JSON.stringify(check));
  const known = offers[0]?.systems[0]?.known;
  // Newer versions of Nix copy the derivation to such a builder, which then builds it.
  if (known === "proven") assert.equal(check?.problem, undefined);
  else {
    assert.equal(known, "claimed");
    assert.equal(check?.problem?.code, "untrusted-on-builder", JSON.stringify(check));
    assert.match(check.problem.message, /^wary does not trust the user that ssh logs in as\. Add that user/);
  }
  await wary.stop();
});

test("a builder whose link is dead is given up within 10 seconds, and is well once it is back", async () => {
  const frozen = await startBuilder(lab, { name: "frozen", systems: ["x86_64-linux"], network: "own" });
  await frozen.cutLink();
  const started = Date.now();
  const { check } = await checked(frozen.machinesLine);
  assert.ok(Date.now() - started < 11_500, `${Date.now() - started} ms`);
  assert.equal(check?.reachable, false);
  assert.match(check?.problem?.code ?? "", /^builder-(?:timed-out|unreachable)$/);
  await frozen.restoreLink();
  assert.equal((await checked(frozen.machinesLine)).check?.problem, undefined);
  await frozen.stop();
});

test("a builder that accepts the connection and then says nothing is given up within 10 seconds", async () => {
  const stopped = await startBuilder(lab, { name: "stopped", systems: ["x86_64-linux"] });
  const signal = (name: NodeJS.Signals) => {
    for (const { pid } of descendants(stopped.pid)) if (isAlive(pid)) process.kill(pid, name);
  };
  signal("SIGSTOP");
  const started = Date.now();
  const { check } = await checked(stopped.machinesLine);
  signal("SIGCONT");
  assert.ok(Date.now() - started < 11_500, `${Date.now() - started} ms`);
  assert.equal(check?.reachable, false);
  assert.match(check?.problem?.code ?? "", /^builder-(?:timed-out|unreachable)$/, JSON.stringify(check));
  await stopped.stop();
});

test("a server that is killed during a check leaves no process here or on the builder", async () => {
  const own = await startLab();
  const remote = await startBuilder(own, { name: "remote", systems: ["x86_64-linux"] });
  own.setConf({ builders: [remote.machinesLine] });
  const killed = await trustedClient(own, copyNetwork(own, "home"));
  const check = killed.request("morph/builders", { check: true }).catch(() => undefined);
  await killed.next("morph/toolchainDidChange", ({ builders }) =>
    builders.some(({ isChecking }) => isChecking === true),
  );
  await killed.kill();
  await check;
  // Throws if a process of the laboratory, to which the builder belongs, is still running.
  await own.stop();
});

test("a damaged file of results is replaced", async () => {
  const file = path.join(lab.env.XDG_STATE_HOME, "morph-language-server/builders.json");
  for (const text of ["", "{", "[]", '{"version":2,"proofs":[{}],"checks":5}']) {
    writeFileSync(file, text);
    const remote = await checked(pi.machinesLine);
    assert.equal(remote.check?.problem, undefined);
    await until("the results are written", () =>
      readFileSync(file, "utf8").includes(remote.check?.at ?? "-") ? true : undefined,
    );
  }
});
