import assert from "node:assert/strict";
import { test } from "node:test";
import { networkChecks } from "../../../server/src/features/checks/checks.ts";
import { codeLenses } from "../../../server/src/features/codeLens.ts";
import { maxMachines } from "../../../server/src/network/machines.ts";
import { readText } from "../../../server/src/network/network.ts";
import { runToEnd } from "../../../server/src/util/steps.ts";
import { nixDocument } from "../../support/nixDocument.ts";

// How large a network may be. Time is measured by `npm run bench -- size`; here work is counted.

const machinesOf = (count: number, line: (index: number) => string) =>
  `{\n  network = { };\n${Array.from({ length: count }, (_, index) => `  ${line(index)}\n`).join("")}}\n`;

test("in a network with too many machines only the names are read, and a problem says so", () => {
  const document = nixDocument(machinesOf(maxMachines + 1, index => `m${index} = { nixpkgs.system = "i686-linux"; };`));
  const { network, recognised } = readText(document);
  assert.equal(recognised, "network");
  assert.equal(network.machines.length, maxMachines + 1);
  assert.deepEqual(
    network.problems.map(({ code }) => code),
    ["too-many-machines"],
  );
  assert.deepEqual(network.machines[7]?.system, { origin: "stated" });
  assert.equal(network.machines[7]?.range.start.line, 9);
  assert.deepEqual(runToEnd(networkChecks(document, network, () => false)), []);
  assert.deepEqual(codeLenses(network), []);
  document.dispose();
});

test("exactly the limit is read completely", () => {
  const document = nixDocument(machinesOf(maxMachines, index => `m${index} = { nixpkgs.system = "i686-linux"; };`));
  const { network } = readText(document);
  assert.deepEqual(network.problems, []);
  assert.equal(network.machines.at(-1)?.system.value, "i686-linux");
  document.dispose();
});

/** Shapes of large networks -> their text with a number of parts. */
const shapes: Record<string, (parts: number) => string> = {
  sets: parts => machinesOf(parts, index => `m${index} = { nixpkgs.system = "i686-linux"; };`),
  functions: parts => machinesOf(parts, index => `m${index} = { lib, ... }: { deployment.tags = [ "x" ]; };`),
  "one helper": parts =>
    `let mk = name: { networking.hostName = name; }; in ${machinesOf(parts, index => `m${index} = mk "x";`)}`,
  updates: parts => `{ network = { }; a = { }; }${" // { }".repeat(parts)}`,
  "updates with names": parts =>
    `{ network = { }; }${Array.from({ length: parts }, (_, index) => ` // { m${index} = { }; }`).join("")}`,
  "a list of names": parts =>
    `builtins.listToAttrs (builtins.genList (i: { name = "m\${toString i}"; value = { deployment.tags = [ ]; }; }) ${parts})`,
};

for (const [name, textOf] of Object.entries(shapes))
  test(`twice as large a network of ${name} takes at most about twice the steps`, () => {
    const steps = (parts: number) => {
      const document = nixDocument(textOf(parts));
      const { steps: spent } = readText(document);
      document.dispose();
      return spent;
    };
    const [small, large] = [steps(500), steps(1000)];
    assert.ok(large <= small * 2.2 + 100, `${small} -> ${large}`);
  });

test("a network with too many machines is also recognized by its deployments", () => {
  const document = nixDocument(
    `{\n${Array.from({ length: maxMachines + 1 }, (_, index) => `  m${index}.deployment.tags = [ ];\n`).join("")}}\n`,
  );
  assert.equal(readText(document).recognised, "network");
  document.dispose();
});

test("empty sets are machines, many as well as a few", () => {
  const count = maxMachines + 1;
  const document = nixDocument(`{\n${Array.from({ length: count }, (_, index) => `  m${index} = { };\n`).join("")}}\n`);
  const { network, recognised } = readText(document);
  assert.equal(recognised, "machines");
  assert.equal(network.machines.length, count);
  document.dispose();
});

test("each of many machines has its own budget of steps, and is read again if another needs it", () => {
  const count = 500;
  const text = (value: string) =>
    `rec {\n  m0 = { };\n${Array.from({ length: count }, (_, index) => `  m${index + 1} = ${value.replace("#", String(index))};\n`).join("")}}\n`;
  const [plain, chained] = ['{ nixpkgs.system = "i686-linux"; }', 'm# // { nixpkgs.system = "i686-linux"; }'].map(
    value => {
      const document = nixDocument(text(value));
      const { network, steps } = readText(document);
      document.dispose();
      assert.equal(network.machines.at(-1)?.system.value, "i686-linux");
      return steps;
    },
  );
  assert.ok(Number(chained) < 10 * Number(plain), `${plain} -> ${chained}`);
});
