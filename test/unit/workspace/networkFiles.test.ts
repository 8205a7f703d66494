import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import { URI } from "vscode-uri";
import { logTo } from "../../../server/src/logging/log.ts";
import { NetworkFiles } from "../../../server/src/workspace/networkFiles.ts";
import { isWithin, pathOf } from "../../../server/src/workspace/paths.ts";
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
  files = new NetworkFiles(parser, (uri, hasChanged) => hasChanged && changed.push(uri));
});

const uriOf = (file: string) => pathToFileURL(path.join(folder, file)).toString();
const write = (file: string, text: string) => fs.writeFileSync(path.join(folder, file), text);
const machinesOf = (uri: string) => files.get(uri)?.machines.map(({ name }) => name);

test("the networks of a workspace are read from disk, and reported", async () => {
  write("network.nix", "{ a = { }; }");
  assert.deepEqual(await files.scan([folder], globs), { cut: false, ignoredGlobs: [], hasOnlyFlakes: false });
  assert.deepEqual(machinesOf(uriOf("network.nix")), ["a"]);
  assert.deepEqual(changed, [uriOf("network.nix")]);
  assert.deepEqual(
    files.all().map(({ uri }) => uri),
    [uriOf("network.nix")],
  );
});

test("an open document takes precedence over the disk, until it is closed", async () => {
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

test("a stamp changes if the text of the network or of an import does, and only then", async () => {
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

test("a stamp is restored when an edit is undone, even if other files were imported in the meantime", async () => {
  const uri = uriOf("network.nix");
  const text = "{\n  a = { };\n  b = import ./b.nix;\n}\n";
  write("network.nix", text);
  write("b.nix", "{ }");
  write("new.nix", "{ }");
  await files.scan([folder], globs);
  const document = nixDocument(text, uri);
  files.didChangeDocument(document);
  await files.settled(uri);
  const at = (line: number, character: number) => ({ line, character });
  const imported = " imports = [ ./new.nix ];";
  const edit = async (start: number, end: number, inserted: string) => {
    document.update([{ range: { start: at(1, start), end: at(1, end) }, text: inserted }], document.version + 1);
    files.didChangeDocument(document);
    await files.settled(uri);
    return files.stamp(uri);
  };
  const add = () => edit(7, 7, imported);
  const remove = () => edit(7, 7 + imported.length, "");
  const first = files.stamp(uri);
  assert.notEqual(await add(), first);
  assert.equal(await remove(), first);

  const typed = await add();
  await remove();
  assert.equal(await files.stampOnDisk(uri), first, "what is evaluated");
  assert.equal(await add(), typed);
  const evaluated = await files.stampOnDisk(uri);
  assert.equal(evaluated, typed);
  await remove();
  assert.equal(await add(), evaluated);
});

test("a workspace with a flake but no network is distinguished from one with both", async () => {
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

test("a network file that is deleted, or whose name no longer matches, is dropped", async () => {
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

test("after quick changes of files their last content counts", async () => {
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

const module = "{ config, ... }: { services.nginx.enable = true; }";

test("a module is not a network, regardless of its name", async () => {
  const uri = uriOf("network.nix");
  write("network.nix", module);
  await files.scan([folder], globs);
  assert.deepEqual(files.all(), []);
  files.didChangeDocument(nixDocument(module, uri));
  await files.settled(uri);
  assert.deepEqual(files.all(), []);
  files.didChangeDocument(nixDocument("{ config, ... }: { services.nginx. }", uri));
  await files.settled(uri);
  assert.deepEqual(files.all(), []);
  assert.deepEqual(changed, []);
});

test("the user's setting makes any file a network", async () => {
  const uri = uriOf("odd [a].nix");
  write("odd [a].nix", "{ services = { }; }");
  await files.scan([folder], ["odd [[]a].nix"]);
  assert.deepEqual(machinesOf(uri), ["services"]);
  files.didChangeDocument(nixDocument("{ services = { }; networking = { }; }", uri));
  assert.deepEqual(machinesOf(uri), ["services", "networking"]);
  await files.scan([folder], globs);
  assert.equal(files.get(uri), undefined, "the user took it back");
});

test("an open file is recognized by its imports, once they have been read", async () => {
  const uri = uriOf("hosts.nix");
  write("mkHost.nix", "path: { imports = [ path ]; }");
  write("a.nix", '{ deployment.targetHost = "a"; }');
  await files.scan([folder], globs);
  files.didChangeDocument(nixDocument("let mkHost = import ./mkHost.nix; in { a = mkHost ./a.nix; }", uri));
  await files.settled(uri);
  assert.deepEqual(machinesOf(uri), ["a"]);
  assert.deepEqual(changed, [uri]);
});

test("a file becomes a network when its imports make it one", async () => {
  const [closed, open] = [uriOf("network.nix"), uriOf("hosts.nix")];
  write("all.nix", "{ x = 1; }");
  write("network.nix", "import ./all.nix");
  await files.scan([folder], globs);
  files.didChangeDocument(nixDocument("import ./all.nix", open));
  await files.settled(open);
  assert.deepEqual(files.all(), []);
  write("all.nix", '{ network.description = "x"; a = { }; }');
  await files.didChangeFile(uriOf("all.nix"));
  await Promise.all([files.settled(closed), files.settled(open)]);
  assert.deepEqual([machinesOf(closed), machinesOf(open)], [["a"], ["a"]]);
});

test("a network is incomplete until all its imports have been read", async () => {
  const uri = uriOf("network.nix");
  write("a.nix", "{ imports = [ ./b.nix ]; }");
  write("b.nix", '{ lib, ... }: { nixpkgs.system = lib.mkForce "aarch64-linux"; }');
  const seen: unknown[] = [];
  files = new NetworkFiles(parser, each => {
    const { complete, machines } = files.get(each) ?? {};
    seen.push([complete, machines?.[0]?.system.value]);
  });
  await files.scan([folder], globs);
  files.didChangeDocument(
    nixDocument('{ network = { }; defaults.nixpkgs.system = "i686-linux"; a = import ./a.nix; }', uri),
  );
  assert.equal(files.get(uri)?.complete, false);
  await files.settled(uri);
  assert.equal(files.get(uri)?.complete, true);
  assert.deepEqual(
    [seen[0], seen.at(-1)],
    [
      [false, undefined],
      [true, "aarch64-linux"],
    ],
  );
});

/** Edit of an open file that is recognized by its content -> whether it stays a network. */
const typed: Record<string, [text: string, stays: boolean]> = {
  "a set is opened": ["{ a = {\n  deployment.targetHost = 1;\n  services.nginx = {\n}; }", true],
  "the deployment is removed": ["{ a = {\n}; }", true],
  "everything is removed": ["", true],
  "the machine is temporarily not a module": ["{ a = x; }", true],
  "a value is left out": ["{ a = ; }", true],
  "it becomes a module": [module, false],
  "it is becoming a module": ["{ config, ... }: { services.nginx. }", true],
  "it becomes a package": ["with import <nixpkgs> { }; hello", false],
};

for (const [name, [text, stays]] of Object.entries(typed))
  test(`an open network is ${stays ? "still one" : "none any more"} when ${name}`, async () => {
    const uri = uriOf("hosts.nix");
    files.didChangeDocument(nixDocument("{ a = {\n  deployment.targetHost = 1;\n}; }", uri));
    assert.deepEqual(machinesOf(uri), ["a"]);
    files.didChangeDocument(nixDocument(text, uri));
    await files.settled(uri);
    assert.equal(files.get(uri) !== undefined, stays);
    await files.didCloseDocument(uri);
    assert.equal(files.get(uri), undefined);
  });

test("a module of a network is not a network by its name alone, while it is a module", async () => {
  const uri = uriOf("web/network.nix");
  fs.mkdirSync(path.join(folder, "web"));
  write("web/network.nix", "{ eth0 = { ... }: { }; }");
  write("network.nix", "{ network = { }; web = { imports = [ ./web/network.nix ]; }; }");
  await files.scan([folder], globs);
  assert.deepEqual(
    files.all().map(each => each.uri),
    [uriOf("network.nix")],
  );
  write("network.nix", "{ network = { }; web = { }; }");
  await files.didChangeFile(uriOf("network.nix"));
  await files.settled(uri);
  assert.deepEqual(machinesOf(uri), ["eth0"]);
});

test("a network is found in a folder of any name", async () => {
  const names = ["line\nfeed", "carriage\rreturn", "tab\t", 'quote"', "%41", "[a]", "{b}", "ü*?", " "];
  for (const name of names) {
    fs.mkdirSync(path.join(folder, name));
    write(path.join(name, "network.nix"), "{ network = { }; a = import ./a.nix; }");
    write(path.join(name, "a.nix"), '{ nixpkgs.system = "aarch64-linux"; }');
  }
  await files.scan([folder], globs);
  for (const name of names) {
    const uri = URI.file(path.join(folder, name, "network.nix")).toString();
    assert.equal(files.get(uri)?.machines[0]?.system.value, "aarch64-linux", JSON.stringify(name));
  }
});

test("a text whose reading fails with an internal error has a problem that says so, and a line in the log", async () => {
  const lines: string[] = [];
  const logged = new NetworkFiles(
    parser,
    () => undefined,
    logTo((level, line) => lines.push(`${level} ${line}`)),
  );
  const text = "{ network = { }; a = { ... }: { }; }";
  write("network.nix", text);
  await logged.scan([folder], globs);
  const uri = uriOf("network.nix");
  const document = nixDocument(text, uri);
  Object.defineProperty(document, "root", {
    get: () => {
      throw new TypeError("a mistake");
    },
  });
  logged.didChangeDocument(document);
  const network = logged.get(uri);
  assert.deepEqual(
    network?.problems.map(({ code, severity, location }) => [code, severity, location?.uri]),
    [["not-read", "error", uri]],
  );
  assert.equal(network?.complete, false);
  assert.match(lines[0] ?? "", /^error file:.*network\.nix was not read: TypeError: a mistake/);
});
