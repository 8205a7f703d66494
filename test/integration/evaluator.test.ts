import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Evaluation } from "../../server/src/protocol.ts";
import { bundledEvaluator } from "../support/fixtures.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { type ClientOptions, LspClient } from "../support/lspClient.ts";
import { dist } from "../support/nixDocument.ts";
import { copyNetwork, type Workspace } from "../support/workspace.ts";

// Which eval-machines.nix is used: that of the user's Morph.

let lab: Lab;
let home: Workspace;
/** A package like nixpkgs' Morph: a program in one store path that references its evaluator in another. */
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

test("the bundled one, if there is no other", async () => {
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

test("that of nixpkgs' Morph, if the store has it", async () => {
  const library = `(import ${path.join(lab.dir, "morph.nix")} { ${morphArguments} }).lib`;
  const { evaluator } = await evaluate({}, { NIX_PATH: nixpkgsWithMorph("nixpkgs-morph", library) });
  assert.deepEqual(evaluator, { origin: "nixpkgs", path: `${morph.library}/eval-machines.nix` });
});

test("nixpkgs' Morph is not built for its evaluator", async () => {
  const nixPath = nixpkgsWithMorph("nixpkgs-unbuilt", 'pkgs.runCommand "unbuilt" { } "echo built > $out"');
  assert.equal((await evaluate({}, { NIX_PATH: nixPath })).evaluator.origin, "bundled");
});

test("that of the morph on PATH takes precedence, with its version", async () => {
  const { evaluator, provenance } = await evaluate({}, { PATH: `${morph.program}/bin:${lab.env.PATH}` });
  assert.deepEqual(evaluator, { origin: "morph", path: `${morph.library}/eval-machines.nix` });
  assert.equal(provenance.morphVersion, "1.8.0");
});

/**
 * A program that does with its arguments and variables what Morph does, with its data in `library`. It records in `evaluated`
 * that it was called to evaluate.
 */
function standIn(name: string, { version, library }: { readonly version: string; readonly library: string }) {
  const folder = path.join(lab.dir, "stand-ins", name);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "morph");
  const evaluated = path.join(folder, "evaluated");
  const isNew = !version.startsWith("1.7");
  const variables = isNew
    ? "command=$MORPH_NIX_EVAL_CMD evaluator=$MORPH_NIX_EVAL_MACHINES"
    : "command=nix-instantiate evaluator=";
  writeFileSync(
    file,
    `#!/bin/sh
${variables}
case $1 in
  --version) echo '${version}' >&2;;
  eval) [ "$command" = echo ] || touch '${evaluated}'
    [ -n "$evaluator" ] || evaluator='${library}/eval-machines.nix'
    exec "$command" --eval "$evaluator" --arg networkExpr "$2" --argstr argsFile "" --attr "nodes.$3" --strict;;
esac
`,
    { mode: 0o755 },
  );
  return { folder, file, evaluated };
}

/** A program in a separate folder. */
function wrapper(name: string, script: string): string {
  const folder = path.join(lab.dir, "wrappers", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "morph"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}

/** Morph's data in a folder whose name has spaces. */
function dataFolder(): string {
  const folder = path.join(lab.dir, "my morph data");
  cpSync(path.dirname(bundledEvaluator), folder, { recursive: true });
  return folder;
}

const onPath = (folder: string) => ({ PATH: `${folder}:${lab.env.PATH}` });

test("that of a Morph that prints its evaluator: a plain program, and all wrappers of it", async () => {
  const library = dataFolder();
  const plain = standIn("plain", { version: "1.8.0-dirty", library });
  const other = path.join(lab.dir, "other data");
  cpSync(library, other, { recursive: true });
  const wrapped = wrapper("shell", `echo "loading the environment of $PWD" >&2; exec '${plain.file}' "$@"`);
  const exporting = wrapper(
    "exporting",
    `export MORPH_NIX_EVAL_MACHINES='${other}/eval-machines.nix'; exec '${plain.file}' "$@"`,
  );
  for (const [folder, data] of [
    [plain.folder, library],
    [wrapped, library],
    [exporting, other],
  ] as const) {
    const { evaluator, provenance } = await evaluate({}, onPath(folder));
    assert.deepEqual(evaluator, { origin: "morph", path: `${data}/eval-machines.nix` });
    assert.equal(provenance.morphVersion, "1.8.0-dirty");
  }
  assert.ok(!existsSync(plain.evaluated));
});

test("that of an older Morph in the store, also through wrappers", async () => {
  const text = `
    let pkgs = import <nixpkgs> { system = builtins.currentSystem; };
    in { morph }: pkgs.runCommand "morph-wrapped" { inherit morph; } ''
      mkdir -p $out/bin
      printf '#!/bin/sh\\nif [ "$1" = --version ]; then echo 1.7.0 >&2; else exec %s/bin/morph "$@"; fi\\n' $morph > $out/bin/morph
      chmod +x $out/bin/morph
    ''`;
  const expression = `(${text}) { morph = (import ${path.join(lab.dir, "morph.nix")} { ${morphArguments} }).program; }`;
  const { code, stdout, stderr } = await lab.nix("nix-build", ["-E", expression, "--no-out-link"]);
  assert.equal(code, 0, stderr);
  const { evaluator, provenance } = await evaluate({}, onPath(`${stdout.trim()}/bin`));
  assert.deepEqual(evaluator, { origin: "morph", path: `${morph.library}/eval-machines.nix` });
  assert.equal(provenance.morphVersion, "1.7.0");
});

test("a Morph that would evaluate instead of printing it is not run, and a note says that the bundled one is used", async () => {
  for (const version of ["1.7.0", "dev", ""]) {
    const { folder, file, evaluated } = standIn(`old${version}`, { version, library: dataFolder() });
    const client = await LspClient.start({
      env: { ...lab.env, ...onPath(folder) },
      folder: home.folder,
      trusted: true,
    });
    const { evaluator } = await client.request("morph/evaluate", { uri: home.uri, machine: "web01" });
    const name = version === "1.7.0" ? `${file} (1.7.0)` : file;
    assert.deepEqual(evaluator, {
      origin: "bundled",
      path: path.join(dist, "nix/eval-machines.nix"),
      note: `The evaluator of ${name} is unknown, so the one included in the extension was used. Set morph.evaluator to Morph's eval-machines.nix.`,
    });
    assert.ok(!existsSync(evaluated));
    const network = await client.request("morph/network", { textDocument: { uri: home.uri } });
    const note = network.machines.find(machine => machine.name === "web01")?.evaluatorNote;
    assert.equal(note, evaluator.note);
    await client.stop();
  }
});

test("Morph is not run before an evaluation is requested, and never in an untrusted workspace", async () => {
  const ran = path.join(lab.dir, "ran");
  const folder = wrapper("noting", `touch '${ran}'`);
  for (const trusted of [false, true]) {
    const client = await LspClient.start({ env: { ...lab.env, ...onPath(folder) }, folder: home.folder, trusted });
    await client.request("morph/networks", {});
    if (!trusted)
      await assert.rejects(client.request("morph/evaluate", { uri: home.uri, machine: "web01" }), /is not trusted/);
    await client.stop();
    assert.ok(!existsSync(ran));
  }
});

test("that of Morph's own variable takes precedence over it", async () => {
  const { evaluator } = await evaluate(
    {},
    { PATH: `${morph.program}/bin:${lab.env.PATH}`, MORPH_NIX_EVAL_MACHINES: bundledEvaluator },
  );
  assert.deepEqual(evaluator, { origin: "environment", path: bundledEvaluator });
});

test("that of the setting takes precedence over all others", async () => {
  const evaluator = `${morph.library}/eval-machines.nix`;
  const evaluation = await evaluate({ settings: { evaluator } }, { MORPH_NIX_EVAL_MACHINES: bundledEvaluator });
  assert.deepEqual(evaluation.evaluator, { origin: "setting", path: evaluator });
});

test("all of them return the same derivation", async () => {
  const [bundled, other] = [
    await evaluate({}),
    await evaluate({ settings: { evaluator: `${morph.library}/eval-machines.nix` } }),
  ];
  assert.equal(other.drvPath, bundled.drvPath);
});

test("a configured one that does not exist is a problem that names the setting or variable", async () => {
  await assert.rejects(evaluate({ settings: { evaluator: "/nowhere/eval-machines.nix" } }), {
    data: {
      code: "no-evaluator",
      severity: "error",
      message:
        "Cannot read the evaluator '/nowhere/eval-machines.nix'. Correct morph.evaluator, or leave it empty to use the first one found.",
    },
  });
  await assert.rejects(evaluate({}, { MORPH_NIX_EVAL_MACHINES: "/nowhere/eval-machines.nix" }), {
    data: {
      code: "no-evaluator",
      severity: "error",
      message:
        "Cannot read the evaluator '/nowhere/eval-machines.nix'. Correct MORPH_NIX_EVAL_MACHINES, or leave it empty to use the first one found.",
    },
  });
});

test("the variables in the setting are passed to Nix", async () => {
  const { evaluator } = await evaluate({ settings: { environment: { MORPH_NIX_EVAL_MACHINES: bundledEvaluator } } });
  assert.equal(evaluator.origin, "environment");
});
