// Typing inside a machine: from `didChange` to a fresh `morph/network` and fresh lenses, against parsing and reading all of it
// anew. Aims at 1,000 machines: p95 below 10 ms and below a fifth of the whole; growth no worse than linear; memory flat.
import path from "node:path";
import { readNetwork } from "../../server/src/network/network.ts";
import { generatedNetwork } from "../support/generatedNetwork.ts";
import { LspClient } from "../support/lspClient.ts";
import { memoryOf } from "../support/memory.ts";
import { nixDocument } from "../support/nixDocument.ts";
import { median, percentile, rounded } from "../support/statistics.ts";
import { removeTree, tempFolder } from "../support/temp.ts";

const sizes = [100, 1000, 10_000];
const edits = 60;
const memoryEdits = 5000;

/** Milliseconds of each edit: a character is typed, or taken away again, inside a machine in the middle. */
async function typing(client: LspClient, uri: string, text: string, count: number): Promise<number[]> {
  const lines = text.split("\n");
  const line = lines.findIndex((candidate, index) => index > lines.length / 2 && candidate.includes("nginx"));
  const start = { line, character: 4 };
  const durations: number[] = [];
  for (let edit = 0; edit < count; edit++) {
    const typed = edit % 2 === 0;
    const end = typed ? start : { line, character: 5 };
    const began = performance.now();
    await client.change(uri, [{ range: { start, end }, text: typed ? "x" : "" }]);
    const textDocument = { uri };
    await Promise.all([
      client.request("morph/network", { textDocument }),
      client.lsp("textDocument/codeLens", { textDocument }),
    ]);
    durations.push(performance.now() - began);
  }
  return durations;
}

/** Milliseconds of parsing and reading the whole text. */
function whole(text: string): number {
  const began = performance.now();
  const document = nixDocument(text);
  readNetwork(document);
  const duration = performance.now() - began;
  document.dispose();
  return duration;
}

function residentMb({ process }: LspClient): number {
  return rounded(memoryOf(process.pid).resident);
}

const folder = tempFolder("edits");
const results = [];
for (const machines of sizes) {
  const text = generatedNetwork(machines);
  const uri = `file://${path.join(folder, `${machines}/network.nix`)}`;
  const client = await LspClient.start({ storageDir: path.join(folder, "storage") });
  await client.open(uri, text);
  await typing(client, uri, text, 10);
  const durations = await typing(client, uri, text, edits);
  const full = median([whole(text), whole(text), whole(text)]);
  const p95 = percentile(durations, 95);
  const memory = machines === 1000 ? { rssBeforeMb: residentMb(client) } : {};
  if (machines === 1000) {
    await typing(client, uri, text, memoryEdits);
    Object.assign(memory, { editsBetween: memoryEdits, rssAfterMb: residentMb(client) });
  }
  results.push({
    machines,
    lines: text.split("\n").length,
    p50Ms: rounded(median(durations), 1),
    p95Ms: rounded(p95, 1),
    wholeMs: rounded(full, 1),
    ratio: rounded(p95 / full, 3),
    ...memory,
  });
  await client.stop();
}
await removeTree(folder);
process.stdout.write(`${JSON.stringify({ bench: "edits", results })}\n`);
