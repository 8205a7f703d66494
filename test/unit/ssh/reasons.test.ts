import assert from "node:assert/strict";
import { test } from "node:test";
import { type Connecting, connectionProblem } from "../../../server/src/ssh/reasons.ts";

/** What OpenSSH 7.9 to 10.0, a shell or Nix prints -> the problem and a part of its message. */
const printed: Readonly<Record<string, readonly [texts: readonly string[], code: string, part: RegExp, Connecting?]>> =
  {
    "a changed host key": [
      ["@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @", "Host key verification failed."],
      "builder-host-key",
      /has changed/,
    ],
    "an unknown host key": [
      ["No ED25519 host key is known for pi and you have requested strict checking.", "Host key verification failed."],
      "builder-host-key",
      /could not be verified/,
    ],
    "a login that is refused": [["root@pi: Permission denied (publickey)."], "builder-denied", /refused the login/],
    "a login that is refused to the user": [
      ["root@pi: Permission denied (publickey)."],
      "builder-denied",
      /or is in your ssh agent\.$/,
      "user",
    ],
    "a login that is refused to the daemon": [
      ["root@pi: Permission denied (publickey)."],
      "builder-denied",
      /connects as root, without your ssh configuration, agent and keys/,
      "daemon",
    ],
    "a key file that does not exist": [
      [
        "Warning: Identity file /root/.ssh/missing not accessible: No such file or directory.",
        "root@pi: Permission denied (publickey).",
      ],
      "builder-denied",
      /the key file \/root\/\.ssh\/missing .* cannot be read \(No such file or directory\)/,
    ],
    "a key file that others can read": [
      [
        "@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @",
        "Permissions 0644 for '/k/id' are too open.",
        'Load key "/k/id": bad permissions',
        "root@pi: Permission denied (publickey).",
      ],
      "builder-denied",
      /mode 0644\)\. Run: chmod 600 \/k\/id$/,
    ],
    "a key file that is none": [
      ['Load key "/k/id": error in libcrypto', "root@pi: Permission denied (publickey)."],
      "builder-denied",
      /cannot use the key file \/k\/id \(error in libcrypto\)/,
    ],
    "a key file that is not needed": [
      ['Load key "/k/id": error in libcrypto', "ssh: connect to host pi port 22: Connection refused"],
      "builder-unreachable",
      /\(Connection refused\)/,
    ],
    "a name that does not resolve": [
      ["ssh: Could not resolve hostname pi: Name or service not known"],
      "builder-not-found",
      /cannot be resolved/,
    ],
    "no Nix on the PATH": [["bash: line 1: nix-store: command not found"], "builder-no-nix", /non-interactive shell/],
    "a banner": [["protocol mismatch, got 'Welcome'"], "builder-protocol", /with 'Welcome'/],
    "a port that is closed": [
      ["ssh: connect to host pi port 22: Connection refused"],
      "builder-unreachable",
      /refused/,
    ],
    "a host that does not answer": [
      ["ssh: connect to host 10.255.255.1 port 22: Connection timed out"],
      "builder-unreachable",
      /\(Connection timed out\)/,
    ],
    "no route": [["ssh: connect to host pi port 22: No route to host"], "builder-unreachable", /No route to host/],
    "no ssh here": [["executing 'ssh': No such file or directory"], "no-ssh", /Install the OpenSSH client/],
    "anything else": [["kex_exchange_identification: read: Bad file descriptor"], "builder-unreachable", /prompting/],
  };

for (const [name, [texts, code, part, through]] of Object.entries(printed))
  test(`the reason is named: ${name}`, () => {
    const problem = connectionProblem("pi", texts, through);
    assert.equal(problem.code, code);
    assert.match(problem.message, part);
    assert.match(problem.message, /\bpi\b/);
  });
