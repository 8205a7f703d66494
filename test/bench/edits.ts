// Typing inside a machine: how long opening takes, and how long it takes from `didChange` to the answer of each request of an
// editor, and to what the views show. `morph.views` applies the notification; without a revision it requests the network again.
// Aims at 1,000 machines: open 300 ms, every p95 below 10 ms, symbols and lenses below 15 ms; at 10,000 at most ten times that;
// memory within 10 % between 1,000 and 5,000 edits.
import path from "node:path";
import type { DocumentSymbol } from "vscode-languageserver-types";
import { generatedNetwork } from "../support/generatedNetwork.ts";
import { LspClient } from "../support/lspClient.ts";
import { memoryOf } from "../support/memory.ts";
import { median, percentile, rounded } from "../support/statistics.ts";
import { removeTree, tempFolder } from "../support/temp.ts";

const sizes = [100, 1000, 10_000];
const warmUp = 20;
const edits = 100;
const opens = 5;

/** The size at which memory is measured, and after how many edits. */
const memorySize = 1000;
const memoryEdits = [1000, 5000] as const;

interface Place {
  readonly line: number;
  readonly character: number;
}

/** An open network, and a position in the middle of it. */
class Bench {
  readonly client: LspClient;
  readonly uri: string;
  readonly #lines: readonly string[];

  constructor(client: LspClient, uri: string, text: string) {
    this.client = client;
    this.uri = uri;
    this.#lines = text.split("\n");
  }

  get textDocument() {
    return { uri: this.uri };
  }

  /** The first line after the middle with a text, and the position of the text in it. */
  find(text: string): Place {
    const line = this.#lines.findIndex(
      (candidate, index) => index > this.#lines.length / 2 && candidate.includes(text),
    );
    return { line, character: this.#lines[line]?.indexOf(text) ?? 0 };
  }

  /** Replaces a number of characters. */
  edit(start: Place, length: number, text: string): Promise<void> {
    const end = { ...start, character: start.character + length };
    return this.client.change(this.uri, [{ range: { start, end }, text }]);
  }

  ask<Result>(method: string, params: object = {}): Promise<Result> {
    return this.client.lsp<Result>(method, { textDocument: this.textDocument, ...params });
  }
}

/** Duration of each edit (ms): a character is typed or deleted inside a machine in the middle, then a request is sent. */
async function typing(bench: Bench, count: number, question: () => Promise<unknown>): Promise<number[]> {
  const start = bench.find("services.nginx");
  const durations: number[] = [];
  for (let edit = 0; edit < count; edit++) {
    const began = performance.now();
    await (edit % 2 === 0 ? bench.edit(start, 0, "x") : bench.edit(start, 1, ""));
    await question();
    durations.push(performance.now() - began);
  }
  return durations;
}

/** Time from an edit of a machine's tags until a view has them (ms). */
async function tagging(bench: Bench, count: number): Promise<number[]> {
  const found = bench.find('"rack');
  const start = { ...found, character: found.character + 1 };
  const durations: number[] = [];
  for (let edit = 0; edit < count; edit++) {
    const began = performance.now();
    await (edit % 2 === 0 ? bench.edit(start, 0, "x") : bench.edit(start, 1, ""));
    const change = await bench.client.next("morph/networkDidChange", ({ uri }) => uri === bench.uri);
    if (!("revision" in change)) await bench.client.request("morph/networks", {});
    durations.push(performance.now() - began);
  }
  return durations;
}

function figures(durations: readonly number[]) {
  const measured = durations.slice(warmUp);
  return { p50: rounded(median(measured), 1), p95: rounded(percentile(measured, 95), 1) };
}

/** Opens a network in a new server; returns the time until its symbols are returned (ms). */
async function open(storageDir: string, uri: string, text: string) {
  const client = await LspClient.start({ storageDir });
  const began = performance.now();
  await client.open(uri, text);
  await client.request("morph/network", { textDocument: { uri } });
  await client.lsp<DocumentSymbol[]>("textDocument/documentSymbol", { textDocument: { uri } });
  return { client, duration: performance.now() - began };
}

const folder = tempFolder("edits");
const storageDir = path.join(folder, "storage");
const results = [];
for (const machines of sizes) {
  const text = generatedNetwork(machines);
  const uri = `file://${path.join(folder, `${machines}/network.nix`)}`;
  const durations: number[] = [];
  for (let run = 1; run < opens; run++) {
    const { client, duration } = await open(storageDir, uri, text);
    durations.push(duration);
    await client.stop();
  }
  const { client, duration } = await open(storageDir, uri, text);
  const bench = new Bench(client, uri, text);
  await client.next("textDocument/publishDiagnostics");
  const name = bench.find('.example.org" = {');
  const value = bench.find('"rack');
  const count = warmUp + edits;
  const hover = await typing(bench, count, () => bench.ask("textDocument/hover", { position: name }));
  const tagHover = await typing(bench, count, () =>
    bench.ask("textDocument/hover", { position: { ...value, character: value.character + 1 } }),
  );
  const completion = await typing(bench, count, () =>
    bench.ask("textDocument/completion", { position: { ...value, character: value.character + 1 } }),
  );
  const symbols = await typing(bench, count, () => bench.ask("textDocument/documentSymbol"));
  const lenses = await typing(bench, count, () => bench.ask("textDocument/codeLens"));
  const view = await tagging(bench, count);
  results.push({
    machines,
    lines: text.split("\n").length,
    openMs: rounded(median([...durations, duration])),
    hoverMs: figures(hover),
    tagHoverMs: figures(tagHover),
    completionMs: figures(completion),
    symbolsMs: figures(symbols),
    lensesMs: figures(lenses),
    viewMs: figures(view),
    ...(machines === memorySize ? await memory(bench) : {}),
  });
  await client.stop();
}
await removeTree(folder);
process.stdout.write(`${JSON.stringify({ bench: "edits", results }, null, 2)}\n`);

/** Memory of the server after a number of edits (MiB). */
async function memory(bench: Bench) {
  const ask = () => bench.ask("textDocument/codeLens");
  const rssMb: Record<string, number> = {};
  let done = 0;
  for (const until of memoryEdits) {
    await typing(bench, until - done, ask);
    done = until;
    rssMb[`after ${until} edits`] = rounded(memoryOf(bench.client.process.pid).resident);
  }
  return { rssMb };
}
