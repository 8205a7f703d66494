import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Hover, Range } from "vscode-languageserver";
import { URI } from "vscode-uri";
import type { Network } from "../../server/src/protocol.ts";
import { LspClient } from "../support/lspClient.ts";
import { removeTree, tempFolder } from "../support/temp.ts";

// The language server alone, over stdio, in an untrusted workspace: only needs the build.

const folder = path.resolve(import.meta.dirname, "../fixtures/networks/home");
const uri = URI.file(path.join(folder, "network.nix")).toString();

let client: LspClient;
let text: string;

before(async () => {
  text = await readFile(URI.parse(uri).fsPath, "utf8");
  client = await LspClient.start({ folder });
  await client.open(uri, text);
});

after(() => client.stop());

const lenses = () => client.lenses(uri);

test("the sample network has three machines, each with a system", async () => {
  const network: Network = await client.request("morph/network", { textDocument: { uri } });
  assert.deepEqual(
    network.machines.map(({ name, system }) => [name, system.value, system.origin]),
    [
      ["web01", "x86_64-linux", "stated"],
      ["db01", "x86_64-linux", "stated"],
      ["eiffel", "aarch64-linux", "stated"],
    ],
  );
  assert.equal(network.complete, true);
});

test("for a folder with a flake and no network the server reports that Morph needs a network file", async () => {
  const flakes = tempFolder("flakes");
  writeFileSync(path.join(flakes, "flake.nix"), "{ outputs = _: { }; }");
  const other = await LspClient.start({ folder: flakes });
  const health = await other.next("morph/health");
  assert.deepEqual([health.state, health.code], ["ok", "only-flake"]);
  await other.stop();
  await removeTree(flakes);
});

test("a closed network file of the workspace is found by its name", async () => {
  const other = await LspClient.start({ folder });
  await other.next("morph/networkDidChange", change => change.uri === uri);
  const networks = await other.request("morph/networks", {});
  assert.deepEqual(
    networks.map(network => [network.uri, network.machines.length]),
    [[uri, 3]],
  );
  await other.stop();
});

test("every machine has two lenses, without a builder until the builders are known", async () => {
  assert.deepEqual(
    (await lenses()).map(({ command }) => command?.title),
    [
      "Evaluate",
      "Build web01 · x86_64-linux",
      "Evaluate",
      "Build db01 · x86_64-linux",
      "Evaluate",
      "Build eiffel · aarch64-linux",
    ],
  );
});

test("a hover on a machine's name shows its system and where it is set", async () => {
  const { machines } = await client.request("morph/network", { textDocument: { uri } });
  const eiffel = machines.find(({ name }) => name === "eiffel");
  const hover = await client.lsp<Hover>("textDocument/hover", {
    textDocument: { uri },
    position: eiffel?.selectionRange.start,
  });
  const line = 1 + text.split("\n").findIndex(candidate => candidate.includes('"aarch64-linux"'));
  assert.ok(
    JSON.stringify(hover.contents).includes(`System \`aarch64-linux\`, set on [line ${line}](${uri}#L${line}).`),
  );
});

test("a system that network.pkgs makes ineffective is shown as such", async () => {
  const story = path.resolve(folder, "../story/network.nix");
  const other = URI.file(story).toString();
  await client.open(other, await readFile(story, "utf8"));
  const { machines } = await client.request("morph/network", { textDocument: { uri: other } });
  const eiffel = machines.find(({ name }) => name === "eiffel");
  assert.equal(eiffel?.system.origin, "network.pkgs");
  assert.equal(eiffel?.system.overridden?.value, "aarch64-linux");
  assert.equal(eiffel?.system.overridden?.by, "network.pkgs");
  const position = eiffel?.selectionRange.start;
  const told = await client.lsp<Hover>("textDocument/hover", { textDocument: { uri: other }, position });
  assert.match(JSON.stringify(told.contents), /has no effect: `network\.pkgs` determines the system/);
});

test("edits are applied incrementally, and lenses stay while a machine has an error", async () => {
  const at = text.indexOf('nixpkgs.system = "aarch64-linux"');
  const line = text.slice(0, at).split("\n").length - 1;
  const start = { line, character: at - text.lastIndexOf("\n", at) - 1 };
  const range = { start, end: start } satisfies Range;
  await client.change(uri, [{ range, text: "services." }]);
  assert.equal((await lenses()).length, 6);
  await client.change(uri, [{ range: { start, end: { line, character: start.character + 9 } }, text: "" }]);
  assert.equal((await lenses()).length, 6);
});

test("without trust nothing is evaluated, and the error says so", async () => {
  for (const method of ["morph/evaluate", "morph/build"] as const)
    await assert.rejects(client.request(method, { uri, machine: "eiffel" }), {
      code: -32803,
      data: {
        code: "untrusted",
        severity: "error",
        message: "This workspace is not trusted. Evaluating Nix runs code from this workspace. Trust it first.",
      },
    });
});

test("a Nix file that is not a network has no lens, no hover and no diagnostic", async () => {
  const other = "file:///elsewhere/module.nix";
  await client.open(other, "{ config, ... }: { services.openssh.enable = true; ");
  const parameters = { textDocument: { uri: other } };
  assert.deepEqual(await client.lsp("textDocument/codeLens", parameters), []);
  assert.equal(await client.lsp("textDocument/hover", { ...parameters, position: { line: 0, character: 3 } }), null);
  const published = await client.next<{ uri: string; diagnostics: object[] }>(
    "textDocument/publishDiagnostics",
    event => event.uri === other,
  );
  assert.deepEqual(published.diagnostics, []);
});

test("an open file that looks like a network is one, regardless of its name", async () => {
  const other = "file:///elsewhere/fleet.nix";
  await client.open(other, '{ a = { ... }: { deployment.targetHost = "h"; }; }');
  const network = await client.request("morph/network", { textDocument: { uri: other } });
  assert.deepEqual(
    network.machines.map(({ name, system }) => [name, system.origin]),
    [["a", "unstated"]],
  );
  const titles = await client.lenses(other);
  assert.equal(titles[1]?.command?.title, "Build a · system not set");
});

test("a file that is not Nix at all has no machines and one problem", async () => {
  const other = "file:///elsewhere/network.nix";
  await client.open(other, "\u0000\u0001 <html> this is not Nix }}}} ''");
  const network = await client.request("morph/network", { textDocument: { uri: other } });
  assert.deepEqual(network.machines, []);
  const published = await client.next<{ uri: string; diagnostics: { code: string }[] }>(
    "textDocument/publishDiagnostics",
    event => event.uri === other,
  );
  assert.equal(published.diagnostics[0]?.code, "syntax-error");
});

test("globs that would block a backtracking matcher delay nothing in an untrusted workspace, and invalid ones are reported", async () => {
  const hostile = tempFolder("globs");
  writeFileSync(path.join(hostile, "a".repeat(60)), "{ }");
  writeFileSync(path.join(hostile, "network.nix"), "{ network = { }; a = { }; }");
  const networkFiles = [`${"*a".repeat(50)}b`, "**/network.nix", "{never closed"];
  const other = await LspClient.start({ folder: hostile, settings: { networkFiles } });
  const networks = await other.request("morph/networks", {});
  assert.deepEqual(
    networks.map(({ machines }) => machines.map(({ name }) => name)),
    [["a"]],
  );
  const health = await other.next("morph/health");
  assert.deepEqual([health.state, health.code], ["warning", "ignored-globs"]);
  await other.stop();
  await removeTree(hostile);
});

test("the first answer about a network includes all its imports", async () => {
  const file = path.resolve(folder, "../shapes/network.nix");
  const shapesUri = URI.file(file).toString();
  const answers = [];
  for (let trial = 0; trial < 3; trial++) {
    const other = await LspClient.start({});
    await other.open(shapesUri, readFileSync(file, "utf8"));
    const network = await other.request("morph/network", { textDocument: { uri: shapesUri } });
    answers.push([network.complete, network.machines.map(({ name, system }) => `${name} ${system.value}`)]);
    await other.stop();
  }
  assert.equal(answers[0]?.[0], true);
  assert.ok(String(answers[0]?.[1]).includes("db aarch64-linux"));
  assert.deepEqual(answers[1], answers[0]);
  assert.deepEqual(answers[2], answers[0]);
});
