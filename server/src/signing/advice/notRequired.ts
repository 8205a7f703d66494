import * as l10n from "@vscode/l10n";
import type { CacheState, Problem } from "../../protocol.ts";

/** Nix on this machine takes what a cache serves without a trusted signature. @param why `CacheState.needsNoSignature`. */
export function notRequired(url: string, why: NonNullable<CacheState["needsNoSignature"]>): Problem {
  const message =
    why === "address"
      ? l10n.t(
          "No trusted signature, but Nix here takes everything from {0}: its address contains 'trusted'. Other machines that use it need a signature.",
          url,
        )
      : l10n.t(
          "No trusted signature, but Nix here requires none ('require-sigs' is false). Other machines that use {0} may.",
          url,
        );
  return { code: "signature-not-required", severity: "info", message };
}
