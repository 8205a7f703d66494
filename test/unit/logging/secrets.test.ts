import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { logTo } from "../../../server/src/logging/log.ts";
import { maskArguments, maskText } from "../../../server/src/logging/secrets.ts";
import { createNix } from "../../../server/src/nix/nix.ts";

const secret = "s3cr3t-Value";

/** Name -> arguments that hold the secret. */
const secretArguments: Readonly<Record<string, readonly string[]>> = {
  "an option": ["--option", "access-tokens", `github.com=${secret}`],
  "an option by its own name": ["--access-tokens", `github.com=${secret}`],
  "an option that is added to": ["--extra-access-tokens", secret],
  "an option with an equals sign": [`--access-tokens=${secret}`],
  "a netrc": ["--option", "netrc-file", secret],
  "keys to sign with": ["--option", "secret-key-files", secret],
  "a user's password in a URL": ["copy", "--to", `https://me:${secret}@cache.example.org/x`],
  "a token for a user in a URL": [`git+https://${secret}@git.example.org/x.git`],
  "a builder's line": ["--builders", `ssh-ng://me:${secret}@host aarch64-linux /key 4 - - -`],
  "a parameter of a URL": [`s3://bucket?region=x&secret-access-key=${secret}`],
};

for (const [name, args] of Object.entries(secretArguments))
  test(`no secret is shown: ${name}`, () => {
    assert.doesNotMatch(maskArguments(args), new RegExp(secret));
    assert.match(maskArguments(args), /\*\*\*/);
  });

test("what is not a secret is shown", () => {
  const args = [
    "--realise",
    "/nix/store/x.drv",
    "--option",
    "trusted-public-keys",
    "cache.nixos.org-1:abc=",
    "ssh://host",
  ];
  assert.equal(maskArguments(args), args.join(" "));
  assert.equal(
    maskText("error: cannot fetch https://cache.nixos.org/x?y=1"),
    "error: cannot fetch https://cache.nixos.org/x?y=1",
  );
  assert.equal(maskArguments(["--argstr", "machine", 'web 1".com']), '--argstr machine "web 1\\".com"');
});

test("every line of the log is masked, and arguments of any length are bounded", () => {
  const lines: string[] = [];
  const log = logTo((_level, line) => lines.push(line));
  log.warning("the cache cannot be asked", Object.assign(new Error(`GET https://u:${secret}@cache/x`), { code: "X" }));
  log.info(`builder ssh://${secret}@host`);
  assert.doesNotMatch(lines.join("\n"), new RegExp(secret));
  fc.assert(
    fc.property(fc.array(fc.string()), args => {
      assert.ok(maskArguments(args).length < 2000 + args.join("").length * 6);
    }),
  );
});

test("each process is logged with its duration and how it ended, and no variable with its value", async () => {
  const lines: string[] = [];
  const log = logTo((level, line) => lines.push(`${level} ${line}`));
  const nix = createNix({ PATH: process.env.PATH, TOKEN: secret }, "", log);
  await nix.runFile(process.execPath, ["-e", "process.exit(3)", "--", "--option", "access-tokens", secret]);
  await nix.runFile("no-such-program", []);
  await nix.runFile(process.execPath, ["-e", ""], { stdin: "text" });
  assert.match(
    lines[0] ?? "",
    /^info \S+ -e "process\.exit\(3\)" -- --option access-tokens \*\*\*: exit code 3 after \d+ ms$/,
  );
  assert.match(lines[1] ?? "", /^info no-such-program: not found after \d+ ms$/);
  assert.match(lines[2] ?? "", /^debug .*: exit code 0 after \d+ ms$/);
  assert.doesNotMatch(lines.join("\n"), new RegExp(secret));
});
