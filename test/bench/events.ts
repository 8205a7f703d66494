// An event stream through the real follower and reducer, against `JSON.parse` of each of its lines in the same run. FILE is a
// recorded stream; `generated` one of a million lines, 98 % of them progress; `generated-log` one of 200,000 log lines.
// Aims: a ratio below 0.5 for the first, below 1.2 for the second, and less than 200 MB of memory.
import { open, stat } from "node:fs/promises";
import path from "node:path";
import { BuildFollower } from "../../server/src/builds/sources/follower.ts";
import { logStream, progressStream } from "../support/generatedEvents.ts";
import { median, rounded } from "../support/statistics.ts";
import { removeTree, tempFolder } from "../support/temp.ts";

const rounds = 5;
const generators: Readonly<Record<string, (file: string) => Promise<void>>> = {
  generated: progressStream,
  "generated-log": logStream,
};

const folder = tempFolder("events");
const [, , name = "generated"] = process.argv;
const generate = generators[name];
const file = generate === undefined ? path.resolve(name) : path.join(folder, "events");
await generate?.(file);

/** Follows the whole stream like a build that was found on disk. */
async function follow() {
  const began = performance.now();
  const follower = new BuildFollower(file, path.join(folder, "clock"), []);
  await follower.poll();
  return { ms: performance.now() - began, state: follower.state };
}

/** Reads the lines in chunks like our reader, and only parses each of them. */
async function parse() {
  const began = performance.now();
  const handle = await open(file);
  let [lines, rest] = [0, ""];
  for await (const chunk of handle.createReadStream({ encoding: "utf8", highWaterMark: 256 * 1024 })) {
    const found = (rest + String(chunk)).split("\n");
    rest = found.pop() ?? "";
    lines += found.length;
    for (const line of found) if (line.startsWith("@nix ")) parseQuietly(line.slice("@nix ".length));
  }
  return { ms: performance.now() - began, lines };
}

/** A recorded stream may contain truncated lines. */
function parseQuietly(json: string): void {
  try {
    JSON.parse(json);
  } catch {}
}

const first = await follow();
const peakRssMb = rounded(process.resourceUsage().maxRSS / 1024);
const ours: number[] = [];
const baseline: number[] = [];
let lines = 0;
for (let round = 0; round < rounds; round++) {
  ours.push((await follow()).ms);
  const parsed = await parse();
  baseline.push(parsed.ms);
  lines = parsed.lines;
}
const { size: bytes } = await stat(file);
const { derivations, transfers } = first.state;
await removeTree(folder);
process.stdout.write(
  `${JSON.stringify({
    bench: "events",
    lines,
    bytes,
    ms: rounded(median(ours)),
    parseMs: rounded(median(baseline)),
    peakRssMb,
    derivations: derivations.size,
    transfers: new Set([...transfers.values()].map(transfer => transfer.path)).size,
    ratio: rounded(median(ours.map((ms, round) => ms / (baseline[round] ?? Number.NaN))), 3),
  })}\n`,
);
