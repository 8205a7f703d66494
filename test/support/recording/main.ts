// Records every situation with the Nix on PATH. Started by scripts/record-streams.mjs, whose namespaces it needs. Names of
// situations as arguments: only those.
import fs from "node:fs";
import path from "node:path";
import { fixturesDir } from "../fixtures.ts";
import type { RecordedRun } from "../goldenState.ts";
import { record } from "./recorder.ts";
import { situations } from "./situations.ts";
import { startWorld } from "./world.ts";

const wanted = process.argv.slice(2);
const unknown = wanted.find(name => !(name in situations));
if (unknown !== undefined) throw new Error(`No situation or release is called "${unknown}".`);
const world = await startWorld();
try {
  const version = /\d[\d.]+/.exec((await world.lab.nix("nix", ["--version"])).stdout)?.[0] ?? "unknown";
  const folder = path.join(fixturesDir, "streams", version);
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "runs.json");
  const runs: Record<string, RecordedRun> =
    wanted.length > 0 && fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {};
  for (const [name, make] of Object.entries(situations)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await world.reset();
    const { stream, run } = await record(world, await make(world));
    fs.writeFileSync(path.join(folder, `${name}.events`), stream);
    runs[name] = run;
    process.stdout.write(`${version} ${name}: ${run.signal ?? run.code}, ${stream.length} bytes\n`);
  }
  fs.writeFileSync(file, `${JSON.stringify(runs, undefined, 2)}\n`);
} finally {
  await world.lab.stop();
}
