import assert from "node:assert/strict";
import { cpSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Evaluation } from "../../server/src/protocol.ts";
import { bundledEvaluator } from "../support/fixtures.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { type ClientOptions, LspClient } from "../support/lspClient.ts";
import { copyNetwork, type Workspace } from "../support/workspace.ts";

// Which eval-machines.nix evaluates: the one that the user's Morph uses.

let lab: Lab;
let home: Workspace;
/** A package like nixpkgs' Morph: a program in one store path that refers to its evaluator in another. */
let morph: { readonly program: string; readonly library: string };

const morphPackage = `
{ evaluator, options }:
let
  pkgs = import <nixpkgs> { system = builtins.currentSystem; };
in
rec {
  lib = pkgs.runCommand "morph-1.8.0-lib" { inherit evaluator options; } ''
    mkdir -p $out; cp $evaluator $out/eval-machines.nix; cp $options $out/options.nix
  '';
  program = pkgs.runCommand "morph-1.8.0" { inherit lib; } ''
    mkdir -p $out/bin; printf '#!/bin/sh\\n# %s\\necho 1.8.0\\n' $lib > $out/bin/morph; chmod +x $out/bin/morph
  '';
}
`;

const morphArguments = `
  evaluator = /. + "${bundledEvaluator}";
  options = /. + "${path.join(path.dirname(bundledEvaluator), "options.nix")}";
`;

before(async () => {
  lab = await startLab();
  home = copyNetwork(lab, "home");
  const file = path.join(lab.dir, "morph.nix");
  writeFileSync(file, morphPackage);
  const build = async (attribute: string) => {
    const expression = `(import ${file} { ${morphArguments} }).${attribute}`;
    const { code, stdout, stderr } = await lab.nix("nix-build", ["-E", expression, "--no-out-link"]);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  morph = { library: await build("lib"), program: await build("program") };
});

after(() => lab.stop());

async function evaluate(options: ClientOptions, env: Record<string, string> = {}): Promise<Evaluation> {
  const client = await LspClient.start({ env: { ...lab.env, ...env }, folder: home.folder, trusted: true, ...options });
  try {
    return await client.request("morph/evaluate", { uri: home.uri, machine: "web01" });
  } finally {
    await client.stop();
  }
}

test("our own, when there is no other", async () => {
  const { evaluator } = await evaluate({});
  assert.equal(evaluator.origin, "bundled");
});

/** The laboratory's nixpkgs with a Morph in it: its `lib` is this expression. */
function nixpkgsWithMorph(name: string, library: string): string {
  const folder = path.join(lab.dir, name);
  cpSync(path.join(lab.dir, "nixpkgs"), folder, { recursive: true, verbatimSymlinks: true });
  renameSync(path.join(folder, "default.nix"), path.join(folder, "without-morph.nix"));
  writeFileSync(
    path.join(folder, "default.nix"),
    `{ ... }@args: let pkgs = import ./without-morph.nix args; in pkgs // { morph.lib = ${library}; }`,
  );
  return `nixpkgs=${folder}`;
}

test("that of nixpkgs' Morph, where the store has it", async () => {
  const library = `(import ${path.join(lab.dir, "morph.nix")} { ${morphArguments} }).lib`;
  const { evaluator } = await evaluate({}, { NIX_PATH: nixpkgsWithMorph("nixpkgs-morph", library) });
  assert.deepEqual(evaluator, { origin: "nixpkgs", path: `${morph.library}/eval-machines.nix` });
});

test("nixpkgs' Morph is not built for its evaluator", async () => {
  const nixPath = nixpkgsWithMorph("nixpkgs-unbuilt", 'pkgs.runCommand "unbuilt" { } "echo built > $out"');
  assert.equal((await evaluate({}, { NIX_PATH: nixPath })).evaluator.origin, "bundled");
});

test("that of the morph on PATH before it, with its version", async () => {
  const { evaluator, provenance } = await evaluate({}, { PATH: `${morph.program}/bin:${lab.env.PATH}` });
  assert.deepEqual(evaluator, { origin: "morph", path: `${morph.library}/eval-machines.nix` });
  assert.equal(provenance.morphVersion, "1.8.0");
});

test("that of Morph's own variable before that", async () => {
  const { evaluator } = await evaluate(
    {},
    { PATH: `${morph.program}/bin:${lab.env.PATH}`, MORPH_NIX_EVAL_MACHINES: bundledEvaluator },
  );
  assert.deepEqual(evaluator, { origin: "environment", path: bundledEvaluator });
});

test("that of the setting before all others", async () => {
  const evaluator = `${morph.library}/eval-machines.nix`;
  const evaluation = await evaluate({ settings: { evaluator } }, { MORPH_NIX_EVAL_MACHINES: bundledEvaluator });
  assert.deepEqual(evaluation.evaluator, { origin: "setting", path: evaluator });
});

test("all of them give the same derivation", async () => {
  const [bundled, other] = [
    await evaluate({}),
    await evaluate({ settings: { evaluator: `${morph.library}/eval-machines.nix` } }),
  ];
  assert.equal(other.drvPath, bundled.drvPath);
});

test("one that was asked for and does not exist is a problem that names who asked", async () => {
  await assert.rejects(evaluate({ settings: { evaluator: "/nowhere/eval-machines.nix" } }), {
    data: {
      code: "no-evaluator",
      severity: "error",
      message:
        "The evaluator '/nowhere/eval-machines.nix' cannot be read. Correct morph.evaluator, or leave it empty to have it found.",
    },
  });
  await assert.rejects(evaluate({}, { MORPH_NIX_EVAL_MACHINES: "/nowhere/eval-machines.nix" }), {
    data: {
      code: "no-evaluator",
      severity: "error",
      message:
        "The evaluator '/nowhere/eval-machines.nix' cannot be read. Correct MORPH_NIX_EVAL_MACHINES, or leave it empty to have it found.",
    },
  });
});

test("the variables of the setting reach Nix", async () => {
  const { evaluator } = await evaluate({ settings: { environment: { MORPH_NIX_EVAL_MACHINES: bundledEvaluator } } });
  assert.equal(evaluator.origin, "environment");
});
