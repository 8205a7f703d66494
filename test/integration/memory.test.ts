import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Diagnostic } from "vscode-languageserver-types";
import { LspClient } from "../support/lspClient.ts";
import { memoryOf } from "../support/memory.ts";
import { removeTree, tempFolder } from "../support/temp.ts";

// A large network is read within memory limits. `npm run bench -- size` measures more shapes and sizes, and time.

const machines = 20_000;

/** In MiB, with a margin of a half for other platforms and versions of Node. */
const bound = 400;

const folder = tempFolder("memory");

after(() => removeTree(folder));

/** How machines are written -> the text of a network with them. */
const shapes: Readonly<Record<string, (machine: string) => string>> = {
  sets: machine => `${machine} = { deployment.targetHost = "${machine}"; };`,
  functions: machine => `${machine} = { ... }: { nixpkgs.system = "x86_64-linux"; };`,
};

for (const [name, written] of Object.entries(shapes))
  test(`${machines} machines that are written as ${name} are read, shown and checked in ${bound} MiB`, async () => {
    const client = await LspClient.start({ storageDir: `${folder}/storage` });
    const uri = `file://${folder}/${name}/network.nix`;
    const textDocument = { uri };
    const lines = Array.from({ length: machines }, (_, index) => `  ${written(`m${index}`)}\n`);
    await client.open(uri, `{\n  network = { };\n${lines.join("")}}\n`);
    const network = await client.request("morph/network", { textDocument });
    assert.equal(network.machines.length, machines);
    assert.deepEqual(network.problems, []);
    await client.lsp("textDocument/codeLens", { textDocument });
    await client.lsp("textDocument/documentSymbol", { textDocument });
    await client.next<{ uri: string; diagnostics: Diagnostic[] }>(
      "textDocument/publishDiagnostics",
      each => each.uri === uri,
    );
    const { peak } = memoryOf(client.process.pid);
    await client.stop();
    assert.ok(peak < bound, `${peak.toFixed(0)} MiB`);
  });
