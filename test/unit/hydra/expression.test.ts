import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isJobsetName } from "../../../server/src/common/entered/jobsets.ts";
import {
  defaultFile,
  isDefaultFileOfOther,
  isJobsetFile,
  jobsetFile,
  pathText,
} from "../../../server/src/hydra/expression/files.ts";
import { jobName, jobsetName, sameJobs } from "../../../server/src/hydra/expression/names.ts";
import { refusalIn, refusalProblem } from "../../../server/src/hydra/expression/refusals.ts";

// The files of a jobset's expression, the names in it, and what Hydra refuses.

test("the job and the jobset of a machine have its name, as far as Hydra allows it", () => {
  const names = ["eiffel", "web.example.org", "3com", "büro 1", "default", "_x-1", "."];
  assert.deepEqual(
    names.map(name => [jobName(name), jobsetName(name)]),
    [
      ["eiffel", "eiffel"],
      ["web-example-org", "web.example.org"],
      ["_3com", "_3com"],
      ["b-ro-1", "b-ro-1"],
      ["default", "default_"],
      ["_x-1", "_x-1"],
      ["_-", "_."],
    ],
  );
});

test("Hydra accepts every name of a job and a jobset", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 100, unit: "grapheme" }), name => {
      assert.match(jobName(name), /^[A-Za-z_][A-Za-z0-9_-]*$/);
      assert.ok(isJobsetName(jobsetName(name)), jobsetName(name));
    }),
  );
});

test("machines whose jobs would have one name are found, and those that are called like the job for all", () => {
  assert.deepEqual(sameJobs(["a", "b.c", "b-c", "a", "deployable"]), [["b.c", "b-c"], ["deployable"]]);
  assert.deepEqual(sameJobs(["deployable"]), []);
});

test("the file of a jobset names its machines, whatever characters they have", () => {
  assert.equal(jobsetFile(["eiffel"]), 'import ./default.nix { machine = "eiffel"; }\n');
  assert.equal(
    jobsetFile(["a", 'b"c'], "../my network.nix"),
    'import ./default.nix { networkFile = ../. + "/my network.nix"; machines = [ "a" "b\\"c" ]; }\n',
  );
});

test("a file of a jobset that was written for other machines is recognised, a changed one is not", () => {
  for (const machines of [["eiffel"], ["a", "b"], ['x"]; }']])
    for (const network of [undefined, "../other.nix"]) assert.ok(isJobsetFile(jobsetFile(machines, network)));
  for (const text of ["", "import ./default.nix { machine = name; }", 'import ./default.nix { machine = "a"; x = 1; }'])
    assert.ok(!isJobsetFile(text), text);
});

test("the shared file of another network is recognised, a changed one is not", () => {
  const [ours, theirs] = [{ network: "../a.nix" }, { network: "../b c.nix" }];
  assert.ok(isDefaultFileOfOther(defaultFile(theirs), ours));
  assert.ok(!isDefaultFileOfOther(defaultFile(ours), ours));
  assert.ok(!isDefaultFileOfOther(defaultFile(theirs).replace("3 *", "4 *"), ours));
  assert.ok(!isDefaultFileOfOther(defaultFile({ ...theirs, evaluator: "../eval.nix" }), ours));
});

test("a path is a literal if Nix has one for its characters", () => {
  assert.deepEqual(["../network.nix", "x.nix", "../../a b/ü.nix", "c d.nix"].map(pathText), [
    "../network.nix",
    "./x.nix",
    '../../. + "/a b/ü.nix"',
    './. + "/c d.nix"',
  ]);
});

test("what Hydra refuses is recognised in the messages of Nix, old and new", () => {
  const messages = [
    "error: access to URI 'https://example.org/x/y.tar.gz' is forbidden in restricted mode",
    "error: access to absolute path '/etc/passwd' is forbidden in restricted mode",
    "error: access to canonical path '/root/x' is forbidden in restricted mode",
    "error: cannot build '/nix/store/sv5cx8j1hvmy2f7380l1pl1hq24p8kfm-x.drv' during evaluation because the option 'allow-import-from-derivation' is disabled",
    "error: cannot build '/nix/store/sv5cx8j1hvmy2f7380l1pl1hq24p8kfm-x.drv^out' during evaluation because the option 'allow-import-from-derivation' is disabled",
    "error: file 'foo/bar.nix' was not found in the Nix search path (add it using $NIX_PATH or -I)",
    "error: access to absolute path '/x' is forbidden in pure evaluation mode",
    "error: access to URI ‘https://example.org/x’ is forbidden in restricted mode",
    'error: attempted to import from derivation, but "allow-import-from-derivation" is off',
    "error: undefined variable 'x'",
  ];
  const drvPath = "/nix/store/sv5cx8j1hvmy2f7380l1pl1hq24p8kfm-x.drv";
  assert.deepEqual(messages.map(refusalIn), [
    { kind: "uri", uri: "https://example.org/x/y.tar.gz" },
    { kind: "path", path: "/etc/passwd" },
    { kind: "path", path: "/root/x" },
    { kind: "import-from-derivation", drvPath },
    { kind: "import-from-derivation", drvPath },
    { kind: "input", name: "foo" },
    { kind: "path", path: "/x" },
    { kind: "uri", uri: "https://example.org/x" },
    { kind: "import-from-derivation", drvPath: undefined },
    undefined,
  ]);
});

test("a refused download can be allowed with a setting, and keeps the place that Nix reported", () => {
  const range = { start: { line: 1, character: 2 }, end: { line: 1, character: 3 } };
  const location = { uri: "file:///w/network.nix", range };
  const found = {
    code: "evaluation-failed",
    severity: "error",
    message: "Evaluation failed",
    detail: "error: …",
  } as const;
  const problem = refusalProblem({ kind: "uri", uri: 'https://example.org/"x"/y.tar.gz' }, { ...found, location });
  assert.deepEqual([problem.code, problem.detail, problem.location], ["hydra-restricted", "error: …", location]);
  const [fix] = problem.fixes ?? [];
  const [{ text }] = fix?.arguments ?? [{}];
  assert.equal(text, 'nix.settings.allowed-uris = [ "https://example.org/\\"x\\"/" ];\n');
});
