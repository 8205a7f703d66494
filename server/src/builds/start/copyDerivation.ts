import { storeName } from "../../common/storeName.ts";
import { type Nix, newStyle, processProblem } from "../../nix/nix.ts";
import type { Problem } from "../../protocol.ts";
import { connectionProblem } from "../../ssh/reasons.ts";

/**
 * Copies a derivation, with all that it refers to but no outputs, into a builder's store. Derivations need no signature, and
 * therefore no trust. Returns why that failed.
 *
 * @param store its address, with the settings to reach it.
 */
export async function copyDerivation(
  nix: Nix,
  drvPath: string,
  store: string,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  const args = [...newStyle, "copy", "--derivation", "--no-check-sigs", "--to", store, drvPath];
  const end = await nix.run("nix", args, { signal });
  if (end.kind !== "exited") return processProblem(end);
  if (end.code === 0) return undefined;
  return { ...connectionProblem(storeName(store), [end.stderr], "user"), detail: end.stderr.trim() };
}
