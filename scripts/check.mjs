// Format, lint and types: what must hold before anything is run.
import { bin, must } from "./run.mjs";

/** Checks the whole project; ends the process when something is wrong. */
export async function check() {
  const colours = process.stdout.isTTY ? [] : ["--colors=off"];
  await must(bin("biome"), ["ci", "--error-on-warnings", ...colours, "."]);
  await must(bin("tsc"), ["--build"]);
}

if (import.meta.url === `file://${process.argv[1]}`) await check();
