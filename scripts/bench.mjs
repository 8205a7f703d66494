// `npm run bench -- NAME`: runs test/bench/NAME.ts, which prints one JSON object.
import fs from "node:fs";
import path from "node:path";
import { root } from "./paths.mjs";
import { prepare } from "./prepare.mjs";
import { run } from "./run.mjs";
import { nodeBinary } from "./setup.mjs";

const folder = path.join(root, "test/bench");
const names = fs.readdirSync(folder).flatMap(file => (file.endsWith(".ts") ? [path.basename(file, ".ts")] : []));
const [name, ...rest] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`usage: npm run bench -- NAME, where NAME is one of: ${names.join(", ")}`);
  process.exit(1);
}
await prepare();
const withBinfmt = [path.join(root, "scripts/with-binfmt.mjs"), "aarch64,arm", "--"];
process.exit(await run(process.execPath, [...withBinfmt, nodeBinary(), path.join(folder, `${name}.ts`), ...rest]));
