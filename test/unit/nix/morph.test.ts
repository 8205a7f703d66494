import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { evaluatorIn, knowsVariables, versionIn } from "../../../server/src/nix/evaluation/morph.ts";
import { anyText } from "../../support/arbitraries.ts";

/** What `morph --version` prints -> the version, and whether that Morph prints its evaluator. */
const versions: readonly [printed: string, version: string | undefined, knows: boolean][] = [
  ["1.8.0\n", "1.8.0", true],
  ["1.8.0-dirty\n", "1.8.0-dirty", true],
  ["v1.9\n", "v1.9", true],
  ["1.10.2", "1.10.2", true],
  ["2.0", "2.0", true],
  ["1.7.0\n", "1.7.0", false],
  ["1.7.0-dirty", "1.7.0-dirty", false],
  ["v1.0.0", "v1.0.0", false],
  ["dev\n", undefined, false],
  ["\n", undefined, false],
  ["", undefined, false],
  ["18", undefined, false],
  ["direnv: loading ~/net/.envrc\n1.8.0\n", "1.8.0", true],
  ["using bash 5.2 of /nix/store\ndev\n", undefined, false],
  ["morph: error: unknown flag --version, try --help", undefined, false],
];

for (const [printed, version, knows] of versions)
  test(`the version in ${JSON.stringify(printed)} is ${version}`, () => {
    assert.equal(versionIn(printed), version);
    assert.equal(knowsVariables(versionIn(printed)), knows);
  });

const network = "/home/me/my network/network.nix";
const printedFor = (evaluator: string, file = network, attribute = "x") =>
  `--eval ${evaluator} --arg networkExpr ${file} --argstr argsFile  --attr nodes.${attribute} --strict\n`;

/** What `echo` printed -> the evaluator. */
const outputs: Record<string, readonly [printed: string, evaluator: string | undefined]> = {
  "Morph 1.8 and later": [printedFor("/nix/store/lib/eval-machines.nix"), "/nix/store/lib/eval-machines.nix"],
  "an evaluator with spaces": [printedFor("/opt/my morph/eval machines.nix"), "/opt/my morph/eval machines.nix"],
  "an evaluator that looks like an option": [
    printedFor("/a --arg networkExpr /b/e.nix"),
    "/a --arg networkExpr /b/e.nix",
  ],
  "a wrapper that prints something before": [`loading\n--eval\n${printedFor("/lib/e.nix")}`, "/lib/e.nix"],
  "a wrapper that prints something after": [`${printedFor("/lib/e.nix")}bye\n`, "/lib/e.nix"],
  "another network": [printedFor("/lib/e.nix", "/other.nix"), undefined],
  "another attribute": [printedFor("/lib/e.nix", network, "y"), undefined],
  "something after the last argument": [printedFor("/lib/e.nix").replace("--strict", "--strict --json"), undefined],
  "no evaluator": [printedFor(""), undefined],
  "something before the first argument": [`nix-instantiate ${printedFor("/lib/e.nix")}`, undefined],
  "a value, as printed by a Morph that evaluates": ['"web01"\n', undefined],
  nothing: ["", undefined],
};

for (const [name, [printed, evaluator]] of Object.entries(outputs))
  test(`the evaluator printed by ${name}`, () => assert.equal(evaluatorIn(printed, network, "x"), evaluator));

test("for any output of a wrapper, the evaluator is the text in its position", () => {
  fc.assert(
    fc.property(anyText, anyText, (before, path) => {
      const evaluator = evaluatorIn(`${before}\n${printedFor(`/${path}`)}`, network, "x");
      // A path with a line break is not recognized.
      assert.equal(evaluator, path.includes("\n") ? evaluator : `/${path}`);
      assert.equal(evaluatorIn(before, network, "x"), undefined);
    }),
  );
});
