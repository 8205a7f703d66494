import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import {
  rootsCommand,
  trialFailed,
  withDetail,
  withRootsView,
} from "../../../../server/src/builders/check/problems.ts";
import { errorProblem } from "../../../../server/src/outcome.ts";

const root = path.resolve(import.meta.dirname, "../../../..");

test("every problem of a check is in the documentation", () => {
  const files = ["builders/check/problems.ts", "builders/proofs/refused.ts", "ssh/reasons.ts"];
  const codes = files.flatMap(file =>
    [
      ...readFileSync(path.join(root, "server/src", file), "utf8").matchAll(
        /errorProblem\(\s*"([a-z-]+)"|code: "([a-z-]+)"/g,
      ),
    ].map(([, a, b]) => a ?? b ?? ""),
  );
  assert.ok(new Set(codes).size > 12);
  const table = readFileSync(path.join(root, "docs/builders.md"), "utf8");
  for (const code of codes) assert.match(table, new RegExp(`^\\| \`${code}\` +\\|`, "m"), code);
});

/** Target -> the command that shows what root sees. */
const commands: readonly (readonly [Parameters<typeof rootsCommand>[0], string])[] = [
  [{ host: "pi", options: ["-F", "/home/ada/config"] }, "pi"],
  [{ host: "pi", user: "nix", port: 2222, keyFile: "/etc/nix/key", options: [] }, "-i /etc/nix/key -p 2222 nix@pi"],
  [{ host: "pi", keyFile: "/my keys/it's", options: [] }, `-i '/my keys/it'"'"'s' pi`],
];

for (const [target, words] of commands)
  test(`root's view of ${JSON.stringify(target)}`, () =>
    assert.equal(rootsCommand(target), `sudo ssh -o BatchMode=yes -o IdentityAgent=none ${words} nix-store --version`));

test("a problem of the daemon's connection has root's view, if there is a host to connect to", () => {
  const problem = errorProblem("builder-unreachable", "It cannot be reached.");
  assert.match(
    withRootsView(problem, { host: "pi", options: [] }).message,
    /^It cannot be reached\. .*: sudo ssh .* pi nix/,
  );
  assert.equal(withRootsView(problem, undefined), problem);
});

test("details are kept once, and within bounds", () => {
  const problem = errorProblem("x", "y");
  assert.equal(withDetail(problem, ["a ", "", "a", "b"]).detail, "a\nb");
  assert.equal(withDetail(problem, [" "]).detail, undefined);
  assert.equal(withDetail(problem, ["x".repeat(100_000)]).detail?.length, 4000);
});

test("a failed trial quotes the first line of Nix, or says that there is none", () => {
  assert.equal(trialFailed("pi", "disk full\nmore").message, "A trial build on pi failed: disk full");
  assert.match(trialFailed("pi", "").message, /reported no error/);
});
