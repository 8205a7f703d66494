// Format, lint and types: what must hold before anything is run.
import { bin, must } from "./run.mjs";

/** Checks the whole project; ends the process when something is wrong. */
export async function check() {
  await must(bin("biome"), ["ci", "--error-on-warnings", "."]);
  await must(bin("tsc"), ["--build"]);
}

if (import.meta.url === `file://${process.argv[1]}`) await check();
