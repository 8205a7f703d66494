import assert from "node:assert/strict";
import { test } from "node:test";
import { storeUri } from "../../../server/src/ssh/storeUri.ts";
import { type SshStore, sshTarget } from "../../../server/src/ssh/target.ts";

const cases: Record<string, [SshStore, string | undefined]> = {
  "an address": [{ uri: "ssh-ng://root@pi" }, "ssh-ng://root@pi"],
  "the older protocol, which reports no progress": [{ uri: "ssh://pi" }, "ssh-ng://pi"],
  "key and host key of a machine line": [
    { uri: "ssh-ng://pi", keyFile: "/root/a key", hostKey: "c3No+A==" },
    "ssh-ng://pi?ssh-key=%2Froot%2Fa%20key&base64-ssh-public-host-key=c3No%2BA%3D%3D",
  ],
  "settings of the address, which win": [
    { uri: "ssh-ng://pi?compress=true&ssh-key=/own", keyFile: "/other" },
    "ssh-ng://pi?compress=true&ssh-key=/own",
  ],
  "an address with an empty path": [{ uri: "ssh-ng://pi/" }, "ssh-ng://pi"],
  "a path": [{ uri: "/mnt/store" }, undefined],
  "a store that is not reached over ssh": [{ uri: "unix:///run/nix" }, undefined],
  "no host": [{ uri: "ssh://" }, undefined],
};

for (const [name, [store, expected]] of Object.entries(cases))
  test(`the address of a builder's store: ${name}`, () => {
    assert.equal(storeUri(store), expected);
  });

test("our ssh reads key and host key from the address as Nix does", () => {
  const hostKey = Buffer.from("ssh-ed25519 AAAA+/== comment").toString("base64");
  const uri = storeUri({ uri: "ssh-ng://root@pi", keyFile: "/root/a key", hostKey }) ?? "";
  const target = sshTarget({ uri }, { version: "2.8.0", env: {} });
  assert.deepEqual([target?.keyFile, target?.hostKey], ["/root/a key", "ssh-ed25519 AAAA+/=="]);
});
