import { saveNixFiles } from "./save.ts";
import { trustedToEvaluate } from "./trust.ts";

/** Asks for trust and saves files before Nix reads the workspace. False: do not continue; the user knows why. */
export async function prepare(): Promise<boolean> {
  return trustedToEvaluate() && (await saveNixFiles());
}
