import { existsSync } from "node:fs";
import type { Nix } from "../nix.ts";
import { readDerivation } from "./graph.ts";

/** How many paths one process gets. */
const maxPaths = 500;

/**
 * Adds GC roots for those outputs of derivations that are in the store: links whose names begin with `root`. Returns whether
 * all of them have a root.
 */
export async function keepOutputs(nix: Nix, drvPaths: readonly string[], root: string): Promise<boolean> {
  const outputs: string[] = [];
  for (const drvPath of drvPaths) outputs.push(...Object.values((await readDerivation(drvPath))?.outputs ?? {}));
  const present = outputs.filter(output => output !== "" && existsSync(output));
  for (let start = 0; start < present.length; start += maxPaths) {
    const paths = present.slice(start, start + maxPaths);
    // Nothing is fetched or built for this.
    const options = ["--option", "substitute", "false", "--max-jobs", "0"];
    const args = ["--realise", ...paths, "--add-root", `${root}-${start}`, "--indirect", ...options];
    const end = await nix.run("nix-store", args);
    if (end.kind !== "exited" || end.code !== 0) return false;
  }
  return true;
}
