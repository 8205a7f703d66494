import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { unsavedProblem } from "../../../server/src/workspace/unsaved.ts";
import { nixDocument } from "../../support/nixDocument.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const folder = tempFolder("unsaved");
after(() => removeTree(folder));

const uriOf = (file: string) => pathToFileURL(path.join(folder, file)).toString();

fs.mkdirSync(path.join(folder, "lib"));
const onDisk: Record<string, string> = {
  "network.nix": "{ a = import ./web.nix; b = import ./lib; märz = 1; }",
  "web.nix": "{ }",
  "lib/default.nix": "{ }",
  "other.nix": "{ }",
};
for (const [file, text] of Object.entries(onDisk)) fs.writeFileSync(path.join(folder, file), text);

/** Open files with their text -> the file that is reported as unsaved. */
const cases: Record<string, [open: Record<string, string>, unsaved: string | undefined]> = {
  "nothing is open": [{}, undefined],
  "the network as it is on disk": [{ "network.nix": onDisk["network.nix"] ?? "" }, undefined],
  "the network with changes": [{ "network.nix": "{ }" }, "network.nix"],
  "a file that it imports, with changes": [
    { "network.nix": onDisk["network.nix"] ?? "", "web.nix": "{ x = 1; }" },
    "web.nix",
  ],
  "a folder that it imports, with changes": [
    { "network.nix": onDisk["network.nix"] ?? "", "lib/default.nix": "{ x = 1; }" },
    "default.nix",
  ],
  "everything open and saved": [onDisk, undefined],
  "a file that it does not import, with changes": [
    { "network.nix": onDisk["network.nix"] ?? "", "other.nix": "{ x = 1; }" },
    undefined,
  ],
  "an import while the network itself is not open": [{ "web.nix": "{ x = 1; }" }, undefined],
};

for (const [name, [open, unsaved]] of Object.entries(cases)) {
  test(`unsaved changes: ${name}`, async () => {
    const documents = new Map(
      Object.entries(open).map(([file, text]) => [uriOf(file), nixDocument(text, uriOf(file))] as const),
    );
    const problem = await unsavedProblem(uriOf("network.nix"), uri => documents.get(uri));
    assert.equal(problem?.code, unsaved && "unsaved");
    if (unsaved !== undefined)
      assert.ok(problem?.message.startsWith(`${unsaved} has unsaved changes`), problem?.message);
  });
}

test("a network that was never saved is unsaved", async () => {
  for (const uri of [uriOf("new/network.nix"), "untitled:network.nix"]) {
    const problem = await unsavedProblem(uri, candidate => (candidate === uri ? nixDocument("{ }", uri) : undefined));
    assert.equal(problem?.code, "unsaved");
  }
});
