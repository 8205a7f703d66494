import { test } from "node:test";
import { readNetwork } from "../../../server/src/network/network.ts";
import { askOfDocument } from "../../support/everyFeature.ts";
import { nixDocument } from "../../support/nixDocument.ts";

// More items of a kind than a call can have arguments: a list whose length depends on a text must not become the arguments of a
// call.

const count = 150_000;

const names = Array.from({ length: count }, (_, index) => `v${index}`).join(" ");

const texts: Readonly<Record<string, string>> = {
  "elements of a list that is not closed": `{ a = { x = [ ${"x ".repeat(count)}`,
  "names that are inherited": `{ a = { inherit ${names}; }; }`,
  "undefined variables": `{ network = { }; a = { deployment.tags = [ ${names} ]; }; }`,
  "lines of a string": `{ network.description = ''${"\n  line".repeat(count)}\n''; }`,
  "runs of backticks": `{ network = { }; a.deployment.targetHost = "${"`a".repeat(count)}"; }`,
  "options that are not known": `{ network = { }; a = { ${"deployment.x = 1; ".repeat(count / 10)} }; }`,
  "braces that nothing opens": `{ a = ${"} ".repeat(count)}`,
};

for (const [name, text] of Object.entries(texts))
  test(`tens of thousands of ${name}: every feature answers`, () => {
    const document = nixDocument(text);
    askOfDocument(document, readNetwork(document));
    document.dispose();
  });
