// `npm run attack -- NAME [--seed N] [--trials N]`: attacks the server; `all` runs every attack. docs/attack.md says more.
import path from "node:path";
import { root } from "./paths.mjs";
import { prepare } from "./prepare.mjs";
import { run } from "./run.mjs";
import { nodeBinary } from "./setup.mjs";

await prepare();
// Links are cut between hosts in a network of our own.
const inNamespace = [path.join(root, "scripts/with-binfmt.mjs"), "", "--"];
const attack = [path.join(root, "test/attack/main.ts"), ...process.argv.slice(2)];
process.exit(await run(process.execPath, [...inNamespace, nodeBinary(), ...attack]));
