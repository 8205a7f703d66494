// Checks format, lint rules and types.
import { bin, must } from "./run.mjs";

/** Checks the whole project; exits the process on an error. */
export async function check() {
  const colours = process.stdout.isTTY ? [] : ["--colors=off"];
  await must(bin("biome"), ["ci", "--error-on-warnings", ...colours, "."]);
  await must(bin("tsc"), ["--build"]);
}

if (import.meta.url === `file://${process.argv[1]}`) await check();
