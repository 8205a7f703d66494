import assert from "node:assert/strict";
import { test } from "node:test";
import { isHost, isHostName, isMailAddress, isPort } from "../../../server/src/common/entered/hosts.ts";
import { isCachePublicKey, isSecretKey, isSshPublicKey } from "../../../server/src/common/entered/keys.ts";
import { sshPublicKey } from "../../support/buildMachines.ts";

/** Each text with whether it is accepted. */
function check(accepts: (text: string) => boolean, table: Readonly<Record<string, boolean>>): void {
  for (const [text, expected] of Object.entries(table)) assert.equal(accepts(text), expected, JSON.stringify(text));
}

test("a host is a name or an IPv4 address, and never an option or a command", () => {
  check(isHost, {
    "build.home.example": true,
    build: true,
    my_alias: true,
    "192.168.1.20": true,
    "": false,
    "-oProxyCommand=x": false,
    "a..b": false,
    "a b": false,
    "a;b": false,
    "a\nb": false,
    "user@host": false,
    "host:22": false,
    "::1": false,
    ["a".repeat(64)]: false,
    [`${"a.".repeat(130)}b`]: false,
    "é.example": false,
  });
});

test("an address is no name", () => {
  check(isHostName, { "cache.home.example": true, "192.168.1.20": false });
});

test("a port is a number up to 65535", () => {
  check(isPort, {
    "22": true,
    "65535": true,
    "65536": false,
    "0": false,
    "022": false,
    "2.2": false,
    "-1": false,
    "": false,
  });
});

test("an address for mail has a name and a host", () => {
  check(isMailAddress, {
    "root@home.example": true,
    "a+b@home.example": true,
    root: false,
    "a b@home.example": false,
    "a@b@c": false,
    'a"@home.example': false,
  });
});

test("a public key of ssh is what its type says", () => {
  check(isSshPublicKey, {
    [sshPublicKey]: true,
    [sshPublicKey.replace(/ root.*/, "")]: true,
    [sshPublicKey.replace("ed25519", "rsa")]: false,
    [`command="x" ${sshPublicKey}`]: false,
    [`${sshPublicKey}\nssh-rsa AAAA`]: false,
    "ssh-ed25519 AAAA": false,
    "": false,
  });
});

test("a secret key is not taken for a public one", () => {
  const [open, secret] = [`cache-1:${"A".repeat(43)}=`, `cache-1:${"A".repeat(86)}==`];
  check(isCachePublicKey, { [open]: true, [secret]: false, "cache-1:AAAA": false, [`a b:${"A".repeat(43)}=`]: false });
  check(isSecretKey, {
    [open]: false,
    [secret]: true,
    "-----BEGIN OPENSSH PRIVATE KEY-----": true,
    [sshPublicKey]: false,
  });
});
