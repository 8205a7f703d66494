import { saveNixFiles } from "./save.ts";
import { trustedToEvaluate } from "./trust.ts";

/** What comes before anything that lets Nix read the workspace. False: do not go on; the user knows why. */
export async function prepare(): Promise<boolean> {
  return trustedToEvaluate() && (await saveNixFiles());
}
