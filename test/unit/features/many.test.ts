import assert from "node:assert/strict";
import { test } from "node:test";
import { codeActions } from "../../../server/src/features/codeActions.ts";
import { machineNames } from "../../../server/src/features/names/machineNames.ts";
import { tags } from "../../../server/src/features/names/references.ts";
import { readNetwork } from "../../../server/src/network/network.ts";
import { cpuTime } from "../../support/cpuTime.ts";
import { nixDocument } from "../../support/nixDocument.ts";

// Features take time proportional to the size of a network, not to its square.

const count = 4000;
const machines = (machine: (index: number) => string) => Array.from({ length: count }, (_, i) => machine(i)).join("\n");
const written = machines(i => `m${i} = { deployment.tags = [ "t" ]; };`);

/** How machines are named -> the text. */
const networks: Readonly<Record<string, string>> = {
  "at the top": `{ ${written} }`,
  "in pieces at the top": `{ ${machines(i => `m${i}.deployment.tags = [ "t" ]; m${i}.nixpkgs.system = "x";`)} }`,
  "in a set that is mapped": `builtins.mapAttrs (name: machine: machine) { ${written} }`,
  "in a list of names": `(import <nixpkgs/lib>).genAttrs [ ${machines(i => `"m${i}"`)} ] (n: { deployment.tags = [ "t" ]; })`,
};

for (const [name, text] of Object.entries(networks))
  test(`thousands of machines that are named ${name}: their names, tags and actions are found quickly`, () => {
    const document = nixDocument(text);
    const network = readNetwork(document);
    const started = cpuTime();
    const names = new Set(machineNames(document, network).map(node => node.text.replaceAll('"', "")));
    assert.equal(names.size, count);
    assert.ok(tags(document).length > 0);
    codeActions(document, network, document.rangeAt(0, text.length));
    const took = cpuTime() - started;
    assert.ok(took < 5000, `${took.toFixed(0)} ms`);
    document.dispose();
  });
