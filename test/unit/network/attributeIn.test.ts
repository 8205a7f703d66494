import assert from "node:assert/strict";
import { test } from "node:test";
import { attributeIn } from "../../../server/src/network/attributeIn.ts";
import { nixDocument } from "../../support/nixDocument.ts";

/** A text, an option -> what is written at each place of its name, with the depth at which the path begins. */
const cases: Record<string, [text: string, option: string, found: [string, number][]]> = {
  "a path": ["{ services.ngnix.enable = true; }", "services.ngnix", [["ngnix@11", 0]]],
  "nested sets": ["{ services = { ngnix = { enable = true; }; }; }", "services.ngnix", [["ngnix@15", 0]]],
  "a module that is a function, below config": [
    "{ lib, ... }: { config = { services.ngnix = 1; }; }",
    "services.ngnix",
    [["ngnix@36", 1]],
  ],
  "a set within a function call": ["{ a = lib.mkIf x { b = 1; }; }", "a.b", [["b@19", 0]]],
  "a quoted name": ['{ secrets."my key".x = 1; }', "secrets.my key", [['"my key"@10', 0]]],
  "the same name deeper": [
    "{ foo = 1; environment.etc = { foo = 2; }; }",
    "foo",
    [
      ["foo@2", 0],
      ["foo@31", 1],
    ],
  ],
  "an inherited name": ["{ inherit foo; }", "foo", [["foo@10", 0]]],
  "another option": ["{ services.nginx.enable = true; }", "services.ngnix", []],
  "a longer path": ["{ services = 1; }", "services.ngnix", []],
};

for (const [name, [text, option, expected]] of Object.entries(cases))
  test(`where an option is set: ${name}`, () => {
    const document = nixDocument(text);
    const found = attributeIn(document, option.split(".")).map(({ name: { start, end }, depth }) => {
      const [from, to] = [document.offsetAt(start), document.offsetAt(end)];
      return [`${text.slice(from, to)}@${from}`, depth];
    });
    assert.deepEqual(found, expected);
  });
