import * as l10n from "@vscode/l10n";
import type { Command } from "vscode-languageserver-types";
import { clientCommands } from "../../common/clientCommands.ts";
import type { Problem } from "../../protocol.ts";
import { stringText } from "../../syntax/quoting.ts";

/** Why Hydra does not evaluate an expression that Nix evaluates elsewhere. */
export type HydraRefusal =
  /** A download, which only `allowed-uris` in Hydra's nix.conf permits. */
  | { readonly kind: "uri"; readonly uri: string }
  /** A file outside of the jobset's inputs. */
  | { readonly kind: "path"; readonly path: string }
  /** Nix would build this derivation during the evaluation. */
  | { readonly kind: "import-from-derivation"; readonly drvPath: string }
  /** `<name>` is not an input of the jobset. */
  | { readonly kind: "input"; readonly name: string };

/** Finds why Hydra refuses an expression, in a message of Nix 2.3 to 2.35 or in Hydra's own. */
export function refusalIn(text: string): HydraRefusal | undefined {
  const uri = /access to URI '([^'\n]+)' is forbidden in restricted mode/.exec(text)?.[1];
  if (uri !== undefined) return { kind: "uri", uri };
  const path = /access to (?:absolute |canonical )?path '([^'\n]+)' is forbidden (?:in|because)/.exec(text)?.[1];
  if (path !== undefined) return { kind: "path", path };
  const built = /'([^'\n]+\.drv)[^'\n]*' during evaluation[^\n]*'allow-import-from-derivation' is disabled/.exec(text);
  if (built?.[1] !== undefined) return { kind: "import-from-derivation", drvPath: built[1] };
  const searched = /file '([^'\n]+)' was not found in the Nix search path/.exec(text)?.[1]?.split("/")[0];
  return searched === undefined ? undefined : { kind: "input", name: searched };
}

/** A refusal as a problem, with what to do. @param found the problem that Nix reported: its place and its words are kept. */
export function refusalProblem(refusal: HydraRefusal, found?: Problem): Problem {
  const { code, message, fixes = [] } = described(refusal);
  return { ...found, code, severity: "error", message, ...(fixes.length > 0 && { fixes }) };
}

function described(refusal: HydraRefusal): Pick<Problem, "code" | "message"> & { readonly fixes?: readonly Command[] } {
  switch (refusal.kind) {
    case "uri":
      return {
        code: "hydra-restricted",
        message: l10n.t(
          "Hydra may not download {0} during an evaluation. Make it an input of the jobset, or add it to allowed-uris in Hydra's nix.conf.",
          refusal.uri,
        ),
        fixes: [allowUri(refusal.uri)],
      };
    case "path":
      return {
        code: "hydra-restricted",
        message: l10n.t(
          "Hydra may not read {0}: it is not in any input of the jobset. Move it into the repository.",
          refusal.path,
        ),
      };
    case "import-from-derivation":
      return {
        code: "hydra-import-from-derivation",
        message: l10n.t(
          "Hydra does not build {0} during an evaluation. Copy what is imported from it into the repository, or make it an input of the jobset.",
          refusal.drvPath,
        ),
      };
    case "input":
      return {
        code: "hydra-restricted",
        message: l10n.t("<{0}> is not an input of the jobset. Add an input of that name.", refusal.name),
      };
  }
}

function allowUri(uri: string): Command {
  const text = `nix.settings.allowed-uris = [ ${stringText(uri.slice(0, uri.lastIndexOf("/") + 1) || uri)} ];\n`;
  const next = l10n.t("Copied. Add it to the configuration of the machine that runs Hydra, and deploy that.");
  return { title: l10n.t("Copy Setting"), command: clientCommands.copySnippet, arguments: [{ text, next }] };
}
