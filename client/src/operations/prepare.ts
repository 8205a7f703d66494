import type { LanguageServer } from "../languageServer.ts";
import { saveNixFiles } from "./save.ts";
import { trustedToEvaluate } from "./trust.ts";

/**
 * Asks for trust and saves files before Nix reads the workspace. False: do not continue; the user knows why. Rejects with the problem
 * `no-nix` if there is still no Nix: a build would only be recorded as failed, and hide what the Builds view says about that.
 */
export async function prepare(server: LanguageServer): Promise<boolean> {
  if (!trustedToEvaluate()) return false;
  // This request looks for Nix again.
  if (server.health?.code === "no-nix") await server.request("morph/builders", {});
  return saveNixFiles();
}
