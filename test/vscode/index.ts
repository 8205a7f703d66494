// The module that VS Code runs in its extension host. `scripts/build-host-tests.mjs` compiles it.
import fs from "node:fs";
import path from "node:path";
import { runMocha } from "../support/mochaInHost.ts";

/** Runs every suite of this folder. Rejects if a test failed. */
export function run(): Promise<void> {
  const folder = import.meta.dirname;
  const suites = fs.readdirSync(folder).filter(name => name.endsWith(".test.js"));
  return runMocha(suites.toSorted().map(name => path.join(folder, name)));
}
