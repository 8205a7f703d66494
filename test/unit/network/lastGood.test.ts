import assert from "node:assert/strict";
import { after, test } from "node:test";
import { NetworkFiles } from "../../../server/src/workspace/networkFiles.ts";
import { nixDocument } from "../../support/nixDocument.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const folder = tempFolder("last-good");
after(() => removeTree(folder));

const { parser } = nixDocument("");

const good = `{
  network.description = "Home";

  "web.example" = { nixpkgs.system = "x86_64-linux"; deployment.tags = [ "web" ]; };

  db = {
    nixpkgs.system = "aarch64-linux";
    deployment.tags = [ "data" ];
  };
}
`;

/** A valid text, then edits of it -> the machines: name, system, tags and line of the name. */
function shown(...edits: readonly [from: string, to: string][]): readonly string[] {
  const files = new NetworkFiles(parser, () => undefined);
  const uri = `file://${folder}/network.nix`;
  let text = good;
  files.didChangeDocument(nixDocument(text, uri));
  for (const [from, to] of edits) {
    assert.ok(text.includes(from), from);
    text = text.replace(from, to);
    files.didChangeDocument(nixDocument(text, uri));
  }
  const { machines = [], complete } = files.get(uri) ?? {};
  assert.equal(complete, true);
  return machines.map(({ name, system, tags, selectionRange }) =>
    [name, system.value ?? system.origin, tags?.join(), selectionRange.start.line + 1].join(" "),
  );
}

const [web, db] = ["web.example x86_64-linux web 4", "db aarch64-linux data 6"];

/** What is typed in a valid text -> the machines. */
const cases: Record<string, [edits: readonly [from: string, to: string][], machines: readonly string[]]> = {
  nothing: [[], [web, db]],
  "a quote is missing": [[['"aarch64-linux"', '"aarch64-linux']], [web, db]],
  "a system is being typed": [[['= "aarch64-linux"', "= "]], [web, db]],
  "a tag is being typed": [[['[ "data" ]', '[ "data" "ne ']], [web, db]],
  "a quote hides the machines after it": [[['"Home"', '"Home']], [web, db]],
  "a brace too many hides all machines": [[["};\n}\n", "};\n}}\n"]], [web, db]],
  "lines are added above": [[['"Home";', '"Home;\n\n']], ["web.example x86_64-linux web 6", "db aarch64-linux data 8"]],
  "a machine is being added": [
    [["  db = {", '  new = { nixpkgs.system = "armv7l-linux" };\n\n  db = {']],
    [web, "new armv7l-linux  6", "db aarch64-linux data 8"],
  ],
  "a machine is deleted while there is an error": [
    [
      ['[ "data" ]', '[ "data" '],
      ['  "web.example" = { nixpkgs.system = "x86_64-linux"; deployment.tags = [ "web" ]; };\n', ""],
    ],
    ["db aarch64-linux data 5"],
  ],
  "the text is valid again": [
    [
      ['"aarch64-linux"', '"armv'],
      ['"armv', '"armv7l-linux"'],
    ],
    [web, "db armv7l-linux data 6"],
  ],
};

for (const [what, [edits, machines]] of Object.entries(cases))
  test(`a network keeps its last good reading: ${what}`, () => assert.deepEqual(shown(...edits), machines));
