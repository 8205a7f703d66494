import assert from "node:assert/strict";
import { test } from "node:test";
import {
  errorOf,
  evaluationProblem,
  jobErrors,
  positionsIn,
} from "../../../server/src/hydra/expression/evaluationErrors.ts";

const two = [
  "in job ‘tests.eval-error’:",
  "error: the option services.foo does not exist",
  "(use '--show-trace' to show detailed location information)",
  "",
  "in job ‘eiffel’:",
  "error:",
  "       … while evaluating the attribute 'drvPath'",
  "         at /nix/store/00000000000000000000000000000000-source/network.nix:7:9:",
  "",
  "       error: undefined variable 'pkgz'",
  "       at /nix/store/00000000000000000000000000000000-source/hydra/eiffel.nix:3:5:",
  "",
].join("\n");

test("errors are split by job, and the whole expression's stands for every job", () => {
  assert.deepEqual(
    jobErrors(two).map(({ job }) => job),
    ["tests.eval-error", "eiffel"],
  );
  assert.match(errorOf("eiffel", two)?.text ?? "", /^error:\n.*pkgz/s);
  assert.equal(errorOf("other", two), undefined);
  assert.deepEqual(errorOf("other", "at top-level:\nerror: x\n\n"), { text: "error: x" });
  assert.deepEqual(errorOf("other", "error: the evaluator was killed\n"), { text: "error: the evaluator was killed" });
  assert.deepEqual(jobErrors(""), []);
  assert.deepEqual(jobErrors(" \n"), []);
});

test("the message is Nix's own, and positions are those in the repository, the innermost first", () => {
  const error = errorOf("eiffel", two);
  assert.ok(error);
  const { code, message, detail } = evaluationProblem(error);
  assert.deepEqual([code, detail], ["hydra-evaluation", error.text]);
  assert.match(message, /job eiffel: undefined variable 'pkgz'$/);
  assert.deepEqual(positionsIn(error.text), [
    { path: "hydra/eiffel.nix", line: 3, column: 5 },
    { path: "network.nix", line: 7, column: 9 },
  ]);
});

/** What Nix 2.8 to 2.34 print. */
const recognised: readonly (readonly [string, string, RegExp])[] = [
  [
    "error: access to URI 'https://example.org/nixpkgs.tar.gz' is forbidden in restricted mode",
    "hydra-restricted",
    /https:\/\/example\.org\/nixpkgs\.tar\.gz.*allowed-uris/,
  ],
  ["error: access to absolute path '/etc/nixos' is forbidden in restricted mode", "hydra-restricted", /\/etc\/nixos/],
  ["error: access to canonical path '/x' is forbidden in restricted mode", "hydra-restricted", /\/x/],
  [
    "error: cannot build '/nix/store/00000000000000000000000000000000-x.drv' during evaluation because the option 'allow-import-from-derivation' is disabled",
    "hydra-import-from-derivation",
    /import from derivation/,
  ],
  [
    "error: file 'network/hydra/eiffel.nix' was not found in the Nix search path (add it using $NIX_PATH or -I)",
    "hydra-evaluation",
    /no hydra\/eiffel\.nix in the input network\. Commit and push/,
  ],
  ["error: cannot import from derivation of your own words", "hydra-evaluation", /your own words/],
];

for (const [text, code, message] of recognised)
  test(`recognised as ${code}: ${text}`, () => {
    const problem = evaluationProblem({ text });
    assert.equal(problem.code, code);
    assert.match(problem.message, message);
  });
