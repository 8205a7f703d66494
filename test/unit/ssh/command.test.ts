import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { knownHostsLine, remoteCommand, shellQuoted, sshArguments } from "../../../server/src/ssh/command.ts";
import type { SshTarget } from "../../../server/src/ssh/target.ts";

const plain: SshTarget = { host: "pi", options: [] };

/** The values of `-o NAME=value` that ssh uses: the first of each name. */
function settings(args: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const [index, arg] of args.entries()) {
    const [name, ...value] = args[index - 1] === "-o" ? arg.split("=") : [];
    if (name !== undefined && !found.has(name)) found.set(name, value.join("="));
  }
  return found;
}

test("ssh never prompts and notices a dead connection, whatever NIX_SSHOPTS says", () => {
  const args = sshArguments({ ...plain, options: ["-o", "BatchMode=no", "-o", "ServerAliveInterval=0"] }, "true");
  const found = settings(args);
  assert.equal(found.get("BatchMode"), "yes");
  assert.equal(found.get("ServerAliveInterval"), "5");
  assert.equal(found.get("ServerAliveCountMax"), "3");
  assert.deepEqual(args.slice(-3), ["--", "pi", "true"]);
});

test("user, port and key are arguments of their own, and nothing becomes an option", () => {
  const target = { host: "-oProxyCommand=x", user: "root", port: 2222, keyFile: "/k/id", options: ["-v"] };
  assert.deepEqual(sshArguments(target, "true").slice(-8), [
    ...["-v", "-i", "/k/id", "-p", "2222"],
    ...["--", "root@-oProxyCommand=x", "true"],
  ]);
});

test("a pinned key counts under the address's own name, also behind an alias", () => {
  const target = { ...plain, hostKey: "ssh-ed25519 AAAA" };
  const found = settings(sshArguments(target, "true", { knownHosts: "/a b/100%" }));
  assert.equal(found.get("HostKeyAlias"), "pi");
  assert.equal(found.get("StrictHostKeyChecking"), "yes");
  assert.equal(found.get("UserKnownHostsFile"), '"/a b/100%%"');
  assert.equal(knownHostsLine(target), "pi ssh-ed25519 AAAA\n");
});

test("without a pinned key, known_hosts decides as usual", () => {
  const found = settings(sshArguments(plain, "true", { knownHosts: "/x" }));
  for (const name of ["HostKeyAlias", "UserKnownHostsFile", "StrictHostKeyChecking"]) assert.ok(!found.has(name));
  assert.equal(knownHostsLine(plain), undefined);
});

test("any text is one word of a shell", () => {
  const texts = fc.string({ unit: "grapheme", maxLength: 20 }).filter(text => !text.includes("\0"));
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1, maxLength: 5 }), words => {
      const printed = execFileSync("sh", ["-c", remoteCommand(words)], { input: 'printf "%s\\0" "$@"' }).toString();
      assert.deepEqual(printed.split("\0").slice(0, -1), words);
    }),
    { numRuns: 60 },
  );
});

test("words that a shell would read otherwise", () => {
  const words = ["", "a b", "'", '"', "\\", "$(id)", "`id`", "a\nb", "-n", "*", "~", "!x", "'\\''"];
  const printed = execFileSync("sh", ["-c", remoteCommand(words)], { input: 'printf "%s\\0" "$@"' }).toString();
  assert.deepEqual(printed.split("\0").slice(0, -1), words);
  assert.throws(() => shellQuoted("\0"), RangeError);
});
