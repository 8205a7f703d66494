import assert from "node:assert/strict";
import { test } from "node:test";
import { buildFolder, type NixConfig, parseNixConfig, readNixConfig } from "../../../server/src/nix/config.ts";
import { exited, fakeNix } from "../../support/fakeNix.ts";

const nothing = {
  version: "2.8.0",
  system: "",
  extraPlatforms: [],
  builders: "",
  machineLines: { isOld: true, hasWholeSpeeds: true },
  maxJobs: 1,
  systemFeatures: [],
  substituters: [],
  trustedPublicKeys: [],
  requiresSignatures: true,
  isSubstituting: true,
  trustedUsers: [],
  buildersUseSubstitutes: false,
  isSandboxed: false,
  sandboxPaths: [],
  externalBuilders: [],
  netrcFile: "",
  sslCertFile: "",
  positiveTtl: 2_592_000,
  negativeTtl: 3600,
  buildDir: "",
  store: "",
};

const lists = {
  system: { value: "x86_64-linux" },
  "extra-platforms": { value: ["aarch64-linux", "i686-linux"] },
  builders: { value: "@/etc/nix/machines" },
  "max-jobs": { value: 4 },
  "system-features": { value: ["big-parallel", "kvm"] },
  substituters: { value: ["https://cache.example.org"] },
  "trusted-users": { value: ["root", "@wheel"] },
  "netrc-file": { value: "/etc/nix/netrc" },
  "ssl-cert-file": { value: "/etc/ssl/certs/ca-certificates.crt" },
  "narinfo-cache-positive-ttl": { value: 60 },
  "narinfo-cache-negative-ttl": { value: "0" },
  "builders-use-substitutes": { value: true },
  "trusted-public-keys": { value: ["cache.example.org-1:abc=", "other-1:def="] },
};

const read = {
  version: "2.8.0",
  system: "x86_64-linux",
  extraPlatforms: ["aarch64-linux", "i686-linux"],
  builders: "@/etc/nix/machines",
  machineLines: { isOld: true, hasWholeSpeeds: true },
  maxJobs: 4,
  systemFeatures: ["big-parallel", "kvm"],
  substituters: ["https://cache.example.org"],
  trustedPublicKeys: ["cache.example.org-1:abc=", "other-1:def="],
  requiresSignatures: true,
  isSubstituting: true,
  trustedUsers: ["root", "@wheel"],
  buildersUseSubstitutes: true,
  isSandboxed: false,
  sandboxPaths: [],
  externalBuilders: [],
  netrcFile: "/etc/nix/netrc",
  sslCertFile: "/etc/ssl/certs/ca-certificates.crt",
  positiveTtl: 60,
  negativeTtl: 0,
  buildDir: "",
  store: "",
};

/** JSON -> settings. */
const cases: Record<string, [json: unknown, settings: NixConfig]> = {
  lists: [lists, read],
  "lists as one text": [
    Object.fromEntries(
      Object.entries(lists).map(([name, { value }]) => [
        name,
        { value: Array.isArray(value) ? value.join(" ") : value },
      ]),
    ),
    read,
  ],
  "nothing at all": [{}, nothing],
  "values of other types": [
    {
      system: { value: 5 },
      builders: { value: null },
      "max-jobs": { value: "auto" },
      "extra-platforms": { value: 1 },
      substituters: null,
    },
    nothing,
  ],
  "jobs as text": [{ "max-jobs": { value: "8" } }, { ...nothing, maxJobs: 8 }],
  "no jobs": [{ "max-jobs": { value: 0 } }, { ...nothing, maxJobs: 0 }],
  "no object": [null, nothing],
  "external builders": [
    { "external-builders": { value: [{ systems: ["aarch64-linux"], program: "/opt/vm", args: ["--fast"] }] } },
    { ...nothing, externalBuilders: [{ systems: ["aarch64-linux"], program: "/opt/vm" }] },
  ],
  "external builders as text": [
    { "external-builders": { value: '[{"systems":["aarch64-linux"],"program":"/opt/vm"}]' } },
    { ...nothing, externalBuilders: [{ systems: ["aarch64-linux"], program: "/opt/vm" }] },
  ],
  "a sandbox": [{ sandbox: { value: true } }, { ...nothing, isSandboxed: true }],
  "a relaxed sandbox": [{ sandbox: { value: "relaxed" } }, { ...nothing, isSandboxed: true }],
  "no sandbox": [{ sandbox: { value: "false" } }, nothing],
  "paths of the sandbox": [
    { "sandbox-paths": { value: ["/bin/sh=/nix/store/x-busybox/bin/sh", "/run/binfmt", "/dev/kvm?"] } },
    { ...nothing, sandboxPaths: ["/bin/sh", "/run/binfmt", "/dev/kvm"] },
  ],
  "paths of the sandbox with their sources": [
    { "sandbox-paths": { value: { "/bin/sh": { source: "/x", optional: false } } } },
    { ...nothing, sandboxPaths: ["/bin/sh"] },
  ],
  "external builders of another form": [{ "external-builders": { value: "[{" } }, nothing],
};

for (const [name, [json, settings]] of Object.entries(cases))
  test(`Nix's settings: ${name}`, () =>
    assert.deepEqual(parseNixConfig("2.8.0", JSON.stringify(json)), { value: settings }));

test("settings that are not JSON are a problem with Nix's output", () => {
  const config = parseNixConfig("2.8.0", "error: experimental feature");
  assert.ok("problem" in config);
  assert.deepEqual([config.problem.code, config.problem.detail], ["nix-failed", "error: experimental feature"]);
});

/** Output of `--version` -> the command that reads the settings. */
const commands: Record<string, string> = {
  "nix-instantiate (Nix) 2.3.16": "show-config",
  "nix-instantiate (Nix) 2.8.0": "show-config",
  "nix-instantiate (Nix) 2.20.0": "config show",
  "nix-instantiate (Nix) 2.20pre20240228_abcdef": "config show",
  "nix-instantiate (Nix) 2.34.1": "config show",
  "nix-instantiate (Lix, like Nix) 2.93.1": "show-config",
};

for (const [said, command] of Object.entries(commands)) {
  test(`the settings of ${said} are read with 'nix ${command}' and the experimental feature that it needs`, async () => {
    const asked: string[] = [];
    const nix = fakeNix(line => exited(0, line.includes("--version") ? said : JSON.stringify(lists)), asked);
    assert.ok("value" in (await readNixConfig(nix)));
    assert.deepEqual(asked, [
      "nix-instantiate --version",
      `nix --extra-experimental-features nix-command ${command} --json`,
    ]);
  });
}

test("the settings are read with a network's own options, which cannot disable the experimental feature", async () => {
  const asked: string[] = [];
  const said = "nix-instantiate (Nix) 2.8.0";
  const nix = fakeNix(line => exited(0, line.includes("--version") ? said : JSON.stringify(lists)), asked);
  await readNixConfig(nix, { "experimental-features": "flakes" });
  assert.equal(
    asked[1],
    "nix --option experimental-features flakes --extra-experimental-features nix-command show-config --json",
  );
});

test("a Nix that is missing or fails is a problem", async () => {
  const missing = await readNixConfig(fakeNix(() => ({ kind: "missing", file: "nix-instantiate" })));
  assert.equal("problem" in missing && missing.problem.code, "no-nix");
  const broken = await readNixConfig(
    fakeNix(line => (line.includes("--version") ? exited(0, "nix-instantiate (Nix) 2.8.0") : exited(1, "", "broken"))),
  );
  assert.equal("problem" in broken && broken.problem.code, "nix-failed");
});

/** What is known about Nix, and its variables -> where it builds. */
const folders: Record<string, [Parameters<typeof buildFolder>[0], Record<string, string>, string]> = {
  "before 2.30": [{ version: "2.28.3", buildDir: "" }, {}, "/tmp"],
  "before 2.30, with a folder for what is temporary": [{ version: "2.8.0", buildDir: "" }, { TMPDIR: "/big" }, "/big"],
  "from 2.30 on": [{ version: "2.34.8", buildDir: "" }, { TMPDIR: "/big" }, "/nix/var/nix/builds"],
  "from 2.30 on, with another state": [{ version: "2.34.8", buildDir: "" }, { NIX_STATE_DIR: "/s" }, "/s/builds"],
  Lix: [{ version: "2.93.0", buildDir: "" }, {}, "/tmp"],
  "a setting": [{ version: "2.34.8", buildDir: "/scratch" }, { TMPDIR: "/big" }, "/scratch"],
  "nothing known yet": [undefined, {}, "/tmp"],
};

for (const [name, [config, env, expected]] of Object.entries(folders))
  test(`where Nix builds: ${name}`, () => assert.equal(buildFolder(config, env), expected));

test("a machines file is read as each version of Nix does", () => {
  const isOld = (version: string) => {
    const config = parseNixConfig(version, "{}");
    return "value" in config && config.value.machineLines.isOld;
  };
  for (const version of ["2.8.0", "2.24.14", "2.26.3", "2.28.1", "2.93.0"]) assert.equal(isOld(version), true, version);
  for (const version of ["2.24.15", "2.28.2", "2.29.0", "2.34.8"]) assert.equal(isOld(version), false, version);
});
