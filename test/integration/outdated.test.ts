import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Hover } from "vscode-languageserver";
import { type Lab, startLab } from "../support/lab.ts";
import type { LspClient } from "../support/lspClient.ts";
import { until } from "../support/until.ts";
import { buildToEnd, copyNetwork, trustedClient, type Workspace } from "../support/workspace.ts";

// Whether a build still belongs to the text of its network, also after a restart. Real Nix.

let lab: Lab;
let home: Workspace;
let client: LspClient;
let text = "";
let id = "";

before(async () => {
  lab = await startLab({ extraPlatforms: ["aarch64-linux"] });
  home = copyNetwork(lab, "home");
  text = readFileSync(home.file, "utf8");
  client = await trustedClient(lab, home);
  await client.open(home.uri, text);
  const build = await buildToEnd(client, home, "web01");
  assert.equal(build.state, "succeeded");
  id = build.id;
});

after(async () => {
  await client.stop();
  await lab.stop();
});

/** The end of the title of web01's lens. */
async function result(): Promise<string | undefined> {
  const lenses = await client.lenses(home.uri);
  const titles = lenses.flatMap(({ command }) => command?.title ?? []);
  return titles.find(title => title.startsWith("Build web01"))?.replace("Build web01 · x86_64-linux · here · ", "");
}

const nextChange = () => client.next("morph/outdatedBuildsDidChange");

test("the lens of a machine shows its last build", async () => {
  assert.match((await result()) ?? "", /^✓ just now · signed \d+\/\d+$/);
});

test("an edit of the network makes its builds outdated, and undoing it current again", async () => {
  await client.change(home.uri, [{ text: `${text}\n` }]);
  assert.deepEqual(await nextChange(), { uri: home.uri, outdated: [id], current: [] });
  assert.equal(await result(), "○ text changed since · built just now");
  const [build] = await client.request("morph/builds", {});
  assert.equal(build?.outdated, true);
  await client.change(home.uri, [{ text }]);
  assert.deepEqual(await nextChange(), { uri: home.uri, outdated: [], current: [id] });
  assert.match((await result()) ?? "", /^✓ just now/);
});

test("so does an edit of a module that the network imports", async () => {
  const module = path.join(home.folder, "web.nix");
  const uri = home.uri.replace("network.nix", "web.nix");
  const before = readFileSync(module, "utf8");
  await client.open(uri, `${before}\n`);
  assert.deepEqual((await nextChange()).outdated, [id]);
  await client.change(uri, [{ text: before }]);
  assert.deepEqual((await nextChange()).current, [id]);
});

test("the next server knows that a file has changed meanwhile, and the hover says so", async () => {
  await client.stop();
  writeFileSync(home.file, `${text}\n`);
  client = await trustedClient(lab, home);
  await client.open(home.uri, `${text}\n`);
  const [build] = await client.request("morph/builds", {});
  if (build?.outdated !== true) assert.deepEqual((await nextChange()).outdated, [id]);
  assert.match((await result()) ?? "", /^○ text changed since · built /);
  const line = text.split("\n").findIndex(each => each.startsWith("  web01 ="));
  const position = { line, character: 3 };
  const hover = await client.lsp<Hover>("textDocument/hover", { textDocument: { uri: home.uri }, position });
  assert.match(JSON.stringify(hover.contents), /Last build: ○ text changed since/);
});

test("a build whose evaluation failed is outdated once the text is corrected", async () => {
  const wrong = text.replace("imports = [ ./web.nix ];", "imports = [ ./gone.nix ];");
  writeFileSync(home.file, wrong);
  await client.change(home.uri, [{ text: wrong }]);
  const failed = await client.request("morph/build", { uri: home.uri, machine: "web01" });
  await client.next("morph/buildDidChange", ({ summary }) => summary.id === failed.id && summary.state === "failed");
  // Texts are compared a moment after they were edited.
  const current = /^✗ evaluation failed · just now$/;
  await until("the build is current", async () => (current.test((await result()) ?? "") ? true : undefined));
  await client.change(home.uri, [{ text }]);
  const { outdated } = await client.next("morph/outdatedBuildsDidChange", change => change.outdated.length > 0);
  assert.deepEqual(outdated, [failed.id]);
  assert.match((await result()) ?? "", /^✗ evaluation failed · text changed since/);
});
