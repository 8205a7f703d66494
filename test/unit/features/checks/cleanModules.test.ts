import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { networkChecks } from "../../../../server/src/features/checks/checks.ts";
import { CleanModules } from "../../../../server/src/features/checks/cleanModules.ts";
import { eachModule } from "../../../../server/src/features/checks/modules.ts";
import { readNetwork } from "../../../../server/src/network/network.ts";
import { runToEnd } from "../../../../server/src/util/steps.ts";
import { nixDocument } from "../../../support/nixDocument.ts";

/** What machines may be, with and without what is wrong. */
const values = [
  "{ }",
  '{ nixpkgs.system = "x86_64-linux"; }',
  '{ nixpkgs.system = "x86_65-linux"; }',
  '{ nixpkgs.system = "x86_64-linux"; nixpkgs.hostPlatform = "aarch64-linux"; }',
  '{ deployment.tag = [ "a" ]; }',
  '{ deployment.secrets.key = { source = "./key"; destination = "/key"; }; x = builtins.readFile "./key"; }',
  "{ imports = [ unknown ]; deployment.tag = [ ]; }",
  "common",
];

const around = [
  ["{", "}"],
  ["let common = { deployment.wrong = 1; }; in {", "}"],
  ["let common = { }; in {", "}"],
  ["rec { common = { deployment.tag = 1; };", "}"],
  ["{", '} // { m1.nixpkgs.system = "x"; }'],
  ["{ network.pkgs = import <nixpkgs> { };", "}"],
] as const;

const machine = fc.tuple(fc.constantFrom("m0", "m1", "m2", "defaults"), fc.constantFrom(...values));
const networks = fc.record({
  machines: fc.uniqueArray(machine, { selector: ([name]) => name, maxLength: 4 }),
  around: fc.constantFrom(...around),
  lines: fc.nat(3),
});

const isMissing = () => false;

test("a look that passes over what was clean finds what a look at everything finds", () => {
  fc.assert(
    fc.property(fc.array(networks, { minLength: 2, maxLength: 5 }), texts => {
      const document = nixDocument("{ }");
      const clean = new CleanModules();
      for (const [
        version,
        {
          machines,
          around: [head, foot],
          lines,
        },
      ] of texts.entries()) {
        const bindings = machines.map(([name, value]) => `${"\n".repeat(lines)}  ${name} = ${value};\n`);
        document.update([{ text: `${head}\n${bindings.join("")}${foot}\n` }], version + 2);
        const network = readNetwork(document);
        const found = runToEnd(networkChecks(document, network, isMissing, clean));
        assert.deepEqual(found, runToEnd(networkChecks(document, network, isMissing)));
      }
      document.dispose();
    }),
  );
});

test("what is clean is passed over until it, or what is around the machines, is another", () => {
  const document = nixDocument("");
  const clean = new CleanModules();
  const passedOver = (text: string) => {
    document.update([{ text }], document.version + 1);
    const network = readNetwork(document);
    clean.begin(document);
    const names = [...eachModule(document, network)].flatMap(module =>
      clean.has(module, "false false") ? [module.name] : [],
    );
    runToEnd(networkChecks(document, network, isMissing, clean));
    return names;
  };
  assert.deepEqual(passedOver("{ a = { }; b = { deployment.tag = 1; }; c = { }; }"), []);
  assert.deepEqual(passedOver("{ a = { }; b = { deployment.tag = 1; }; c = { }; }"), ["a", "c"]);
  assert.deepEqual(passedOver("{ a = { }; b = { }; c = { x = 1; }; }"), ["a"]);
  assert.deepEqual(passedOver("let x = 1; in { a = { }; b = { }; c = { x = 1; }; }"), []);
  assert.deepEqual(passedOver("rec { a = { }; b = { }; c = { x = 1; }; }"), []);
  assert.deepEqual(passedOver("rec { a = { }; b = { }; c = { x = 1; }; }"), []);
  document.dispose();
});
