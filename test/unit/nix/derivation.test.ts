import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Derivation, parseDerivation, requiredFeatures } from "../../../server/src/nix/derivations/derivation.ts";
import { graphOf } from "../../../server/src/nix/derivations/graph.ts";
import { drv, storePath } from "../../support/streams.ts";

/** A string as written in an ATerm. */
function quoted(text: string): string {
  const escaped = text
    .replaceAll(/[\\"]/g, "\\$&")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  return `"${escaped}"`;
}

function written(
  { outputs, inputDerivations, inputSources, system, environment }: Derivation,
  head = "Derive(",
): string {
  const tuple = (...parts: string[]) => `(${parts.join(",")})`;
  const list = (parts: string[]) => `[${parts.join(",")}]`;
  return `${head}${[
    list(Object.entries(outputs).map(([name, path]) => tuple(quoted(name), quoted(path), '""', '""'))),
    list(inputDerivations.map(input => tuple(quoted(input), '["out"]'))),
    list(inputSources.map(quoted)),
    quoted(system),
    quoted("/bin/sh"),
    '["-c","true"]',
    list(Object.entries(environment).map(([name, value]) => tuple(quoted(name), quoted(value)))),
  ].join(",")})`;
}

const hello: Derivation = {
  outputs: { out: storePath("hello"), dev: storePath("hello-dev") },
  inputDerivations: [drv("glibc"), drv("bash")],
  inputSources: [storePath("builder.sh")],
  system: "aarch64-linux",
  environment: { name: "hello", script: 'say "hi"\n\tthen\\leave', ünï: "märz 😀" },
};

test("a derivation is read as it was written", () => {
  assert.deepEqual(parseDerivation(written(hello)), hello);
});

test("a dynamic derivation has a version and nested outputs", () => {
  const text = written(hello, 'DrvWithVersion("xp-dyn-drv",').replace('["out"]', '(["out"],[("out",["x"])])');
  assert.deepEqual(parseDerivation(text), hello);
});

test("a derivation with any strings is read as it was written", () => {
  const text = fc.string({ unit: "binary" });
  const derivation = fc.record<Derivation>(
    {
      outputs: fc.dictionary(
        text.filter(name => name !== "__proto__"),
        text,
        { noNullPrototype: true },
      ),
      inputDerivations: fc.array(text),
      inputSources: fc.array(text),
      system: text,
      environment: fc.dictionary(
        text.filter(name => name !== "__proto__"),
        text,
        { noNullPrototype: true },
      ),
    },
    { noNullPrototype: true },
  );
  fc.assert(fc.property(derivation, each => assert.deepEqual(parseDerivation(written(each)), { ...each })));
});

test("anything else is undefined, even if malformed or deeply nested", () => {
  const whole = written(hello);
  for (const text of ["", "Derive(", "Derive()", "Derive([],[],[])", `${whole}x`, `Derive(${"[".repeat(100_000)}`])
    assert.equal(parseDerivation(text), undefined, text.slice(0, 20));
  fc.assert(
    fc.property(fc.nat(whole.length - 1), end => assert.equal(parseDerivation(whole.slice(0, end)), undefined)),
  );
});

/** Environment -> features. */
const features: Record<string, [environment: Record<string, string>, features: string[]]> = {
  none: [{}, []],
  some: [{ requiredSystemFeatures: "big-parallel  kvm" }, ["big-parallel", "kvm"]],
  "an empty text": [{ requiredSystemFeatures: "" }, []],
  structured: [{ __json: '{"requiredSystemFeatures":["kvm"]}' }, ["kvm"]],
  "structured without any": [{ __json: "{}" }, []],
  "a broken structure": [{ __json: "{" }, []],
};

for (const [name, [environment, expected]] of Object.entries(features))
  test(`required features: ${name}`, () => assert.deepEqual(requiredFeatures({ ...hello, environment }), expected));

test("a graph has the dependencies within the plan", () => {
  const system: Derivation = { ...hello, inputDerivations: [drv("hello"), drv("elsewhere")], system: "x86_64-linux" };
  const outputs = Object.values(hello.outputs);
  assert.deepEqual(graphOf([drv("glibc"), drv("hello"), drv("system")], [undefined, hello, system]), [
    { drvPath: drv("glibc"), system: "", requiredFeatures: [], dependencies: [] },
    { drvPath: drv("hello"), system: "aarch64-linux", requiredFeatures: [], dependencies: [0], outputs },
    { drvPath: drv("system"), system: "x86_64-linux", requiredFeatures: [], dependencies: [1], outputs },
  ]);
});
