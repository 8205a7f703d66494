// How large a network may be: from `didOpen` to the network, its lenses, its outline and its diagnostics, and the server's peak
// of memory. Every size is compared with the smallest of its shape in the same run: `growth` is 1 if time is proportional to
// size.
import type { Diagnostic } from "vscode-languageserver";
import { LspClient } from "../support/lspClient.ts";
import { memoryOf } from "../support/memory.ts";
import { rounded } from "../support/statistics.ts";
import { removeTree, tempFolder } from "../support/temp.ts";

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");

/** A shape -> its text for a size, and the sizes. */
const shapes: Readonly<Record<string, readonly [text: (size: number) => string, sizes: readonly number[]]>> = {
  sets: [
    size => `{\n  network = { };\n${lines(size, i => `  m${i} = { deployment.targetHost = "h${i}"; };`)}\n}\n`,
    [2500, 10_000, 20_000, 40_000, 100_000],
  ],
  functions: [
    size => `{\n  network = { };\n${lines(size, i => `  m${i} = { ... }: { nixpkgs.system = "x86_64-linux"; };`)}\n}\n`,
    [2500, 10_000, 20_000],
  ],
  duplicates: [
    size => `{\n  network = { };\n${lines(size, i => `  m${i % 2} = { ... }: { };`)}\n}\n`,
    [2500, 10_000, 20_000],
  ],
  updates: [size => `{ network = { }; a = { }; }${" // { }".repeat(size)}\n`, [5000, 20_000, 50_000]],
  "updates with names": [
    size => `{ network = { }; }${lines(size, i => ` // { m${i} = { }; }`)}\n`,
    [2500, 10_000, 20_000],
  ],
  generated: [
    size =>
      `let n = ${size}; in { network = { }; } // builtins.listToAttrs (builtins.genList (i: { name = "m\${toString i}"; value = { }; }) n)\n`,
    [2500, 10_000, 20_000],
  ],
};

const folder = tempFolder("size");

/** Opens a network and sends all requests of an editor. */
async function open(text: string, name: string) {
  const client = await LspClient.start({ storageDir: `${folder}/storage` });
  const uri = `file://${folder}/${name}/network.nix`;
  const textDocument = { uri };
  const began = performance.now();
  await client.open(uri, text);
  const network = await client.request("morph/network", { textDocument });
  const read = performance.now() - began;
  await Promise.all([
    client.lsp("textDocument/codeLens", { textDocument }),
    client.lsp("textDocument/documentSymbol", { textDocument }),
    client.next<{ uri: string; diagnostics: Diagnostic[] }>(
      "textDocument/publishDiagnostics",
      each => each.uri === uri,
    ),
  ]);
  const all = performance.now() - began;
  const { peak } = memoryOf(client.process.pid);
  await client.stop();
  const problems = network.problems.map(({ code }) => code);
  return { read, all, peak, machines: network.machines.length, problems: [...new Set(problems)] };
}

const results = [];
for (const [shape, [textOf, sizes]] of Object.entries(shapes)) {
  let baseline: number | undefined;
  for (const size of sizes) {
    const { read, all, peak, machines, problems } = await open(textOf(size), `${shape}-${size}`);
    const each = all / size;
    baseline ??= each;
    results.push({
      shape,
      size,
      machines,
      problems,
      readMs: rounded(read),
      allMs: rounded(all),
      peakMb: rounded(peak),
      growth: Math.round((each / baseline) * 100) / 100,
    });
  }
}
await removeTree(folder);
process.stdout.write(`${JSON.stringify({ bench: "size", results }, null, 2)}\n`);
