import { existsSync } from "node:fs";
import type { Nix } from "../nix.ts";
import { readDerivation } from "./graph.ts";

/** So many paths are given to one process. */
const atOnce = 500;

/**
 * Keeps the outputs of derivations that are in the store from garbage collection: by links whose names begin with `root`. Whether
 * each of them is kept.
 */
export async function keepOutputs(nix: Nix, drvPaths: readonly string[], root: string): Promise<boolean> {
  const outputs: string[] = [];
  for (const drvPath of drvPaths) outputs.push(...Object.values((await readDerivation(drvPath))?.outputs ?? {}));
  const present = outputs.filter(output => output !== "" && existsSync(output));
  for (let start = 0; start < present.length; start += atOnce) {
    const paths = present.slice(start, start + atOnce);
    // Nothing is fetched or built for this.
    const options = ["--option", "substitute", "false", "--max-jobs", "0"];
    const args = ["--realise", ...paths, "--add-root", `${root}-${start}`, "--indirect", ...options];
    const end = await nix.run("nix-store", args);
    if (end.kind !== "exited" || end.code !== 0) return false;
  }
  return true;
}
