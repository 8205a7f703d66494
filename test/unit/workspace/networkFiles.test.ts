import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import { isWithin, NetworkFiles, pathOf } from "../../../server/src/workspace/networkFiles.ts";
import { nixDocument } from "../../support/nixDocument.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const temp = tempFolder("networks");
after(() => removeTree(temp));

const { parser } = nixDocument("");
const globs = ["**/network.nix"];

let folder = "";
let tests = 0;
let changed: string[] = [];
let files: NetworkFiles;

beforeEach(() => {
  folder = path.join(temp, `folder${tests++}`);
  fs.mkdirSync(folder);
  changed = [];
  files = new NetworkFiles(parser, (uri, isOther) => isOther && changed.push(uri));
});

const uriOf = (file: string) => pathToFileURL(path.join(folder, file)).toString();
const write = (file: string, text: string) => fs.writeFileSync(path.join(folder, file), text);
const machinesOf = (uri: string) => files.get(uri)?.machines.map(({ name }) => name);

test("the networks of a workspace are read from the disk, and told", async () => {
  write("network.nix", "{ a = { }; }");
  assert.deepEqual(await files.scan([folder], globs), { cut: false, ignoredGlobs: [], hasOnlyFlakes: false });
  assert.deepEqual(machinesOf(uriOf("network.nix")), ["a"]);
  assert.deepEqual(changed, [uriOf("network.nix")]);
  assert.deepEqual(
    files.all().map(({ uri }) => uri),
    [uriOf("network.nix")],
  );
});

test("what an editor has counts before what the disk has, until it is closed", async () => {
  const uri = uriOf("network.nix");
  write("network.nix", "{ disk = { }; }");
  await files.scan([folder], globs);
  files.didChangeDocument(nixDocument("{ editor = { }; }", uri));
  assert.deepEqual(machinesOf(uri), ["editor"]);
  await files.didChangeFile(uri);
  await files.scan([folder], globs);
  assert.deepEqual(machinesOf(uri), ["editor"]);
  await files.didCloseDocument(uri);
  assert.deepEqual(machinesOf(uri), ["disk"]);
});

test("a stamp is another when the text of the network or of an import is, and only then", async () => {
  const uri = uriOf("network.nix");
  write("network.nix", "{ a = import ./a.nix; }");
  write("a.nix", "{ }");
  write("other.nix", "{ }");
  await files.scan([folder], globs);
  const first = files.stamp(uri);
  assert.notEqual(first, undefined);
  const stampAfter = async (file: string, text: string) => {
    write(file, text);
    await files.didChangeFile(uriOf(file));
    return files.stampOnDisk(uri);
  };
  assert.equal(await stampAfter("other.nix", "{ x = 1; }"), first);
  assert.notEqual(await stampAfter("a.nix", "{ x = 1; }"), first);
  assert.equal(await stampAfter("a.nix", "{ }"), first);
  files.didChangeDocument(nixDocument("{ a = import ./a.nix; }", uri));
  assert.equal(files.stamp(uri), first);
  assert.notEqual(await stampAfter("network.nix", "{ a = import ./a.nix; b = { }; }"), undefined);
  assert.equal(files.stamp(uri), first, "what the editor has counts");
  await files.didCloseDocument(uri);
  assert.notEqual(files.stamp(uri), first);
  assert.equal(files.stamp(uriOf("a.nix")), undefined);
});

test("a workspace that has a flake and no network is told from one that has both", async () => {
  write("flake.nix", "{ }");
  assert.deepEqual(await files.scan([folder], globs), { cut: false, ignoredGlobs: [], hasOnlyFlakes: true });
  write("network.nix", "{ a = { }; }");
  assert.deepEqual(await files.scan([folder], globs), { cut: false, ignoredGlobs: [], hasOnlyFlakes: false });
});

test("a file of another name is a network while it is open and looks like one", async () => {
  await files.scan([folder], globs);
  const uri = uriOf("hosts.nix");
  files.didChangeDocument(nixDocument("{ network.description = 1; a = { }; }", uri));
  assert.deepEqual(machinesOf(uri), ["a"]);
  files.didChangeDocument(nixDocument("{ pkgs }: pkgs.hello", uri));
  assert.equal(machinesOf(uri), undefined);
  files.didChangeDocument(nixDocument("{ network.description = 1; a = { }; }", uri));
  await files.didCloseDocument(uri);
  assert.equal(machinesOf(uri), undefined);
});

test("a network file that vanishes, or whose name does not count any more, is dropped", async () => {
  const uri = uriOf("network.nix");
  write("network.nix", "{ a = { }; }");
  await files.scan([folder], globs);
  await files.scan([folder], ["**/hosts.nix"]);
  assert.equal(files.get(uri), undefined);
  await files.scan([folder], globs);
  fs.rmSync(path.join(folder, "network.nix"));
  await files.didChangeFile(uri);
  assert.equal(files.get(uri), undefined);
  assert.equal(changed.length, 4);
});

/** URI -> path. */
const paths: Record<string, string | undefined> = {
  "file:///net/network.nix": "/net/network.nix",
  "file:///net/odd%20names/m%C3%A4rz.nix": "/net/odd names/märz.nix",
  "untitled:network.nix": undefined,
  "vscode-vfs://github/x/network.nix": undefined,
};

for (const [uri, file] of Object.entries(paths))
  test(`the path of ${uri} is ${file}`, () => assert.equal(pathOf(uri), file));

/** [path, folder] -> whether it is within. */
const within: [file: string, folder: string, is: boolean][] = [
  ["/net/a.nix", "/net", true],
  ["/net", "/net", true],
  ["/net/a/b.nix", "/net/", true],
  ["/network/a.nix", "/net", false],
  ["/a.nix", "/net", false],
  ["/net/..a/b.nix", "/net", true],
  ["/net/../b.nix", "/net", false],
];

for (const [file, inside, is] of within)
  test(`${file} is ${is ? "" : "not "}within ${inside}`, () => assert.equal(isWithin(file, inside), is));

test("a network that cannot be read has no machines, and the others are read", async () => {
  write("network.nix", "{ a = { }; }");
  fs.mkdirSync(path.join(folder, "other"));
  write("other/network.nix", "{ b = { }; }");
  const document = nixDocument("{ a = { }; }", uriOf("network.nix"));
  Object.defineProperty(document, "root", {
    get() {
      throw new Error("no tree");
    },
  });
  await files.scan([folder], globs);
  files.didChangeDocument(document);
  assert.deepEqual(machinesOf(uriOf("network.nix")), []);
  assert.equal(files.get(uriOf("network.nix"))?.complete, false);
  assert.deepEqual(machinesOf(uriOf("other/network.nix")), ["b"]);
});

test("however quickly files change one after the other, what they have at last is what counts", async () => {
  const uri = uriOf("network.nix");
  write("network.nix", "{ a = import ./a.nix; }");
  write("a.nix", "{ }");
  await files.scan([folder], globs);
  for (let round = 0; round < 30; round++) {
    write("a.nix", `{ nixpkgs.system = "system${round}"; }`);
    void files.didChangeFile(uriOf("a.nix"));
    write("network.nix", `{ a = import ./a.nix; m${round} = { }; }`);
    void files.didChangeFile(uri);
    if (round % 5 === 0) await new Promise(setImmediate);
  }
  await files.didChangeFile(uri);
  assert.deepEqual(machinesOf(uri), ["a", "m29"]);
  assert.equal(files.get(uri)?.machines[0]?.system.value, "system29");
});
