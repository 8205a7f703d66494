import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compareClosures, versionLabel } from "../../../server/src/hydra/compare/compareClosures.ts";
import { parseDerivation } from "../../../server/src/nix/derivations/derivation.ts";
import { scanDerivation } from "../../../server/src/nix/derivations/scan.ts";
import { runToEnd } from "../../../server/src/util/steps.ts";
import { labelled, makeDerivations } from "../../support/madeDerivations.ts";

const folder = "/nix/store";
const label = "26.05pre-git";
const ours = makeDerivations({ count: 60, folder, label, nixpkgs: "1" });
const labels = { theirs: "26.05.20260823.abcdef", ours: label };
const relabelled = makeDerivations({ count: 60, folder, label: labels.theirs, nixpkgs: "1" });
const otherNixpkgs = makeDerivations({ count: 60, folder, label, nixpkgs: "2" });

const files = new Map([...ours.files, ...relabelled.files, ...otherNixpkgs.files]);
const read = (file: string) => files.get(file);

function compare(theirs: string, mine: string, reader = read) {
  return runToEnd(compareClosures(theirs, mine, reader, labels));
}

test("a closure is the same as itself", () => {
  assert.deepEqual(compare(ours.root, ours.root), { total: 60, same: 60, causes: [] });
});

test("a different version label is recognized as the only cause", () => {
  const compared = compare(relabelled.root, ours.root);
  assert.ok(compared);
  assert.equal(compared.total, 60);
  assert.equal(compared.same, 60 - labelled - 1);
  assert.equal(compared.causes.length, labelled + 1);
  assert.ok(compared.causes.every(({ isLabel }) => isLabel));
});

test("of derivations that all differ, the first cause is named", () => {
  const compared = compare(otherNixpkgs.root, ours.root);
  assert.deepEqual(compared, {
    total: 60,
    same: 0,
    causes: [{ name: "stdenv", parts: [{ kind: "variable", name: "version" }], isLabel: false }],
  });
});

test("a label does not hide another difference of the same derivation", () => {
  const changed = new Map(files);
  const [etc = ""] = [...relabelled.files.keys()].filter(file => file.includes("-etc-0.drv"));
  changed.set(etc, (files.get(etc) ?? "").replace("VERSION=", "NAME=nixos VERSION="));
  const compared = compare(relabelled.root, ours.root, file => changed.get(file));
  const own = compared?.causes.filter(({ isLabel }) => !isLabel) ?? [];
  assert.deepEqual(
    own.map(({ name, parts }) => [name, parts]),
    [["etc-0", [{ kind: "variable", name: "text" }]]],
  );
});

test("without all derivations, nothing is compared", () => {
  const [missing] = [...relabelled.files.keys()].filter(file => file.includes("-package-7.drv"));
  assert.equal(
    compare(relabelled.root, ours.root, file => (file === missing ? undefined : files.get(file))),
    undefined,
  );
  assert.equal(
    compare(relabelled.root, ours.root, file => (file === missing ? "no derivation" : files.get(file))),
    undefined,
  );
});

test("a source with other content is a cause", () => {
  const text = (source: string) =>
    `Derive([("out","/nix/store/${"0".repeat(32)}-a","","")],[],["/nix/store/${source.repeat(32)}-web.nix"],"x","y",[],[("name","a")])`;
  const both: Record<string, string> = { one: text("1"), two: text("2") };
  const compared = compare("one", "two", file => both[file]);
  assert.deepEqual(compared?.causes, [
    { name: "two", before: "one", parts: [{ kind: "source", name: "web.nix" }], isLabel: false },
  ]);
});

const pathText = fc.stringMatching(/^\/nix\/store\/[0-9a-df-np-sv-z]{32}-[a-z.]{1,9}$/);
const derivationText = fc
  .record({
    head: fc.constantFrom("Derive(", 'DrvWithVersion("xp-dyn-drv",'),
    outputs: fc.array(fc.tuple(fc.constantFrom("out", "dev"), pathText), { maxLength: 3 }),
    inputs: fc.array(pathText, { maxLength: 4 }),
    sources: fc.array(pathText, { maxLength: 4 }),
    value: fc.string(),
  })
  .map(({ head, outputs, inputs, sources, value }) => {
    const quoted = `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
    return `${head}[${outputs.map(([name, out]) => `("${name}","${out}","","")`)}],[${inputs.map(each => `("${each}",["out","dev"])`)}],[${sources.map(each => `"${each}"`)}],"x86_64-linux",${quoted},[${quoted}],[("name",${quoted})])`;
  });

test("scanning finds the same inputs and sources as parsing", () => {
  fc.assert(
    fc.property(derivationText, text => {
      const [scanned, parsed] = [scanDerivation(text), parseDerivation(text)];
      assert.ok(parsed);
      assert.deepEqual(scanned, { inputs: parsed.inputDerivations, sources: parsed.inputSources });
    }),
  );
});

test("scanning any text never throws", () => {
  fc.assert(
    fc.property(derivationText, fc.nat(), fc.string(), (text, at, inserted) => {
      const cut = at % text.length;
      scanDerivation(text.slice(0, cut) + inserted + text.slice(cut));
    }),
  );
});

for (const [name, expected] of [
  ["nixos-system-eiffel-26.05.20260823.abcdef", "26.05.20260823.abcdef"],
  ["nixos-system-web-1-26.05pre-git", "26.05pre-git"],
  ["hello-2.12", undefined],
] as const)
  test(`the version label of ${name}`, () => {
    assert.equal(versionLabel(`/nix/store/${"0".repeat(32)}-${name}.drv`), expected);
  });
