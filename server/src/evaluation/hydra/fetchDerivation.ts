import { existsSync } from "node:fs";
import { cacheMemoryIn, ownCacheMemory } from "../../nix/evaluation/plan.ts";
import { newStyle } from "../../nix/nix.ts";
import type { EvaluationContext } from "../context.ts";

/** How long a cache may take (ms). */
const timeout = 120_000;

/**
 * Copies a derivation and all that it needs from the first cache that has it. Most caches have no derivations; one that serves a whole
 * store does, such as nix-serve on the Hydra server. Returns whether it is in the store here now.
 */
export async function fetchDerivation(
  { toolchain, settings, storageDir }: EvaluationContext,
  drvPath: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (existsSync(drvPath)) return true;
  // Nix's own memory of caches must not learn that they lack it.
  const env = ownCacheMemory(cacheMemoryIn(storageDir));
  for (const cache of new Set([...(toolchain.config?.substituters ?? []), ...settings().caches])) {
    const args = [...newStyle, "copy", "--derivation", "--from", cache, drvPath];
    const fresh = ["--option", "narinfo-cache-negative-ttl", "0"];
    await toolchain.nix.run("nix", [...args, ...fresh], { signal, timeout, env });
    if (existsSync(drvPath)) return true;
    if (signal.aborted) return false;
  }
  return false;
}
