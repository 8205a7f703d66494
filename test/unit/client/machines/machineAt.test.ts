import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { machineAt } from "../../../../client/src/machines/machineAt.ts";
import { readNetwork } from "../../../../server/src/network/network.ts";
import { memorySources } from "../../../support/memorySources.ts";
import { nixDocument } from "../../../support/nixDocument.ts";
import { aMachine } from "../samples.ts";

describe("the machine at a position", () => {
  // `|` marks the position.
  const cases: readonly (readonly [what: string, text: string, expected: string | undefined])[] = [
    ["is found on its name", "{ ei|ffel = { }; web = { }; }", "eiffel"],
    ["is found before its name", "{ |eiffel = { }; }", "eiffel"],
    ["is found inside its definition", "{ eiffel = {\n  deployment.targetHost = |null;\n}; web = { }; }", "eiffel"],
    ["is found in a function's arguments", "{ eiffel = { |config, ... }: { }; }", "eiffel"],
    ["is found behind its semicolon", "{ eiffel = { };| }", "eiffel"],
    ["is the second one between two on a line", "{ eiffel = { };|web = { }; }", "web"],
    ["is none in a comment between two", "{ eiffel = { };\n  # |\n  web = { }; }", undefined],
    ["is none in what is not a machine", '{ network.description = "|";\n eiffel = { }; }', undefined],
    ["is none outside the braces", "|\n{ eiffel = { }; }", undefined],
    ["is found in the indentation before it", "{ web = { };\n | eiffel = { }; }", "eiffel"],
    ["is found in the comment behind it", "{\n  eiffel = {\n  }; # the | last\n  web = { };\n}", "eiffel"],
    ["is found in a quoted name", '{ "web01.exa|mple.com" = { }; }', "web01.example.com"],
    ["is found in the second binding of the same line", "{ a = { }; b = { x = |1; }; }", "b"],
  ];
  for (const [what, text, expected] of cases) {
    it(what, () => {
      const offset = text.indexOf("|");
      const file = text.replace("|", "");
      const network = readNetwork(nixDocument(file), memorySources({}));
      const before = text.slice(0, offset).split("\n");
      const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
      assert.equal(machineAt(network, position)?.name, expected);
    });
  }

  it("is not one that only evaluation reveals", () => {
    const start = { line: 0, character: 0 };
    const computed = aMachine("web", { range: { start, end: start }, computed: true });
    assert.equal(machineAt({ machines: [computed] }, start), undefined);
  });
});
