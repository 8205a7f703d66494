import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { URI } from "vscode-uri";
import { PathKinds } from "../../../server/src/workspace/pathKinds.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const folder = tempFolder("paths");
const network = URI.file(path.join(folder, "network.nix")).toString();
const at = (name: string) => path.join(folder, name);
const uri = (name: string) => URI.file(at(name)).toString();

before(async () => {
  await mkdir(at("db"));
  await mkdir(at("empty"));
  await writeFile(at("db/default.nix"), "{ }");
  await writeFile(at("web.nix"), "{ }");
});

after(() => removeTree(folder));

test("until the disk was read, the kind of a path is guessed from its name", () => {
  const paths = new PathKinds();
  assert.equal(paths.at(at("web.nix")), undefined);
  assert.equal(paths.resolve(network, "./none.nix"), uri("none.nix"));
  assert.equal(paths.resolve(network, "./db"), uri("db/default.nix"));
});

test("after that its kind is known", async () => {
  const paths = new PathKinds();
  await paths.look(["web.nix", "db", "empty", "none.nix"].map(at));
  assert.equal(paths.resolve(network, "./web.nix"), uri("web.nix"));
  assert.equal(paths.resolve(network, "db"), uri("db/default.nix"));
  assert.equal(paths.resolve(network, "./empty"), undefined);
  assert.equal(paths.resolve(network, "./none.nix"), undefined);
  assert.equal(paths.at(at("none.nix")), "missing");
});

test("a new file is found by the next look", async () => {
  const paths = new PathKinds();
  await paths.look([at("late.nix")]);
  await writeFile(at("late.nix"), "{ }");
  await paths.look([at("late.nix")]);
  assert.equal(paths.resolve(network, "./late.nix"), uri("late.nix"));
});

test("a document that is not on disk has no paths", () => {
  assert.equal(new PathKinds().resolve("untitled:network.nix", "./web.nix"), undefined);
});
