import assert from "node:assert/strict";
import { test } from "node:test";
import { type SshStore, type SshTarget, sshTarget, storeOfLine } from "../../../server/src/ssh/target.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJo+";
const base64 = Buffer.from(`${key} root@builder`).toString("base64");

function target(uri: string, version = "2.8.0", store: Partial<SshStore> = {}): Partial<SshTarget> | undefined {
  const found = sshTarget({ uri, ...store }, { version, env: {} });
  if (found === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(found).filter(([, value]) => value !== undefined && String(value) !== ""),
  ) as Partial<SshTarget>;
}

/** Store URI, Nix's version -> where it connects. */
const addresses: readonly (readonly [string, string, Partial<SshTarget> | undefined])[] = [
  ["ssh-ng://builder", "2.8.0", { host: "builder" }],
  ["ssh://root@builder", "2.8.0", { host: "builder", user: "root" }],
  ["ssh-ng://root@10.0.0.2:2222", "2.8.0", { host: "10.0.0.2:2222", user: "root" }],
  ["ssh-ng://root@10.0.0.2:2222", "2.30.1", { host: "10.0.0.2:2222", user: "root" }],
  ["ssh-ng://root@10.0.0.2:2222", "2.31.0", { host: "10.0.0.2", user: "root", port: 2222 }],
  ["ssh-ng://root@10.0.0.2:2222", "2.93.1", { host: "10.0.0.2:2222", user: "root" }],
  ["ssh-ng://[fe80::1]", "2.8.0", { host: "fe80::1" }],
  ["ssh-ng://[fe80::1]:22", "2.34.8", { host: "fe80::1", port: 22 }],
  ["ssh-ng://my%20user@builder", "2.34.8", { host: "builder", user: "my user" }],
  ["ssh-ng://builder?ssh-key=/k/id&compress=true", "2.8.0", { host: "builder", keyFile: "/k/id" }],
  [`ssh-ng://builder?base64-ssh-public-host-key=${base64}`, "2.8.0", { host: "builder", hostKey: key }],
  ["ssh-ng://user@localhost", "2.8.0", { host: "localhost", user: "user" }],
  ["ssh-ng://localhost", "2.8.0", undefined],
  ["ssh-ng://", "2.8.0", undefined],
  ["ssh-ng://a,b", "2.8.0", undefined],
  ["unix:///run/nix", "2.8.0", undefined],
  ["local?root=/mnt", "2.8.0", undefined],
  ["https://builder", "2.8.0", undefined],
];

for (const [uri, version, expected] of addresses)
  test(`Nix ${version} connects to ${uri} as ${JSON.stringify(expected)}`, () =>
    assert.deepEqual(target(uri, version), expected));

test("the fields of the line win over the settings in the address", () => {
  const line = `ssh-ng://b?ssh-key=/other aarch64-linux /k/id 2 1 - - ${base64}`;
  const store = storeOfLine(line, "ssh-ng://b?ssh-key=/other");
  assert.deepEqual(store, { uri: "ssh-ng://b?ssh-key=/other", keyFile: "/k/id", hostKey: base64 });
  assert.deepEqual(target(store.uri, "2.8.0", store), { host: "b", keyFile: "/k/id", hostKey: key });
});

test("a line without further fields names no keys", () =>
  assert.deepEqual(storeOfLine("b aarch64-linux -", "ssh://b"), {
    uri: "ssh://b",
    keyFile: undefined,
    hostKey: undefined,
  }));

test("what is no public key is not pinned", () =>
  assert.equal(sshTarget({ uri: "ssh://b", hostKey: "AAAA" }, { version: "2.8", env: {} })?.hostKey, undefined));

/** NIX_SSHOPTS, Nix's version -> arguments. */
const options: readonly (readonly [string, string, readonly string[]])[] = [
  ["", "2.34.8", []],
  ["-F  /a/b\n-v", "2.8.0", ["-F", "/a/b", "-v"]],
  ["-o 'A b'", "2.8.0", ["-o", "'A", "b'"]],
  [`-o 'A b' -o"C \\"d" e\\ f`, "2.34.8", ["-o", "A b", '-oC "d', "e f"]],
];

for (const [text, version, expected] of options)
  test(`NIX_SSHOPTS ${JSON.stringify(text)} of Nix ${version}`, () => {
    const env = { NIX_SSHOPTS: text };
    assert.deepEqual(sshTarget({ uri: "ssh://b" }, { version, env })?.options, expected);
  });
