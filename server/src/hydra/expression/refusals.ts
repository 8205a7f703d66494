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
  /** Nix would build a derivation during the evaluation: this one, if it names it. */
  | { readonly kind: "import-from-derivation"; readonly drvPath?: string | undefined }
  /** `<name>` is not an input of the jobset. */
  | { readonly kind: "input"; readonly name: string };

const open = `['‘"\`]`;
const close = `['’"\`]`;
const name = `([^'‘’"\`\\n]+)`;

const forbiddenUri = new RegExp(`access to URI ${open}?${name}${close}? is forbidden in restricted mode`);
const forbiddenPath = new RegExp(
  `access to (?:absolute |canonical )?path ${open}?${name}${close}? is forbidden (?:in|because)`,
);
/** Settings that the evaluator names are quoted, too. */
const importing = new RegExp(`(?:build ${open}(/[^\\n]+?\\.drv)[^\\n]*)?${open}allow-import-from-derivation${close}`);
const searched = new RegExp(`file ${open}${name}${close} was not found in the Nix search path`);

/** Finds why Hydra refuses an expression, in a message of Nix 2.3 to 2.35 or in Hydra's own. */
export function refusalIn(text: string): HydraRefusal | undefined {
  const uri = forbiddenUri.exec(text)?.[1];
  if (uri !== undefined) return { kind: "uri", uri };
  const path = forbiddenPath.exec(text)?.[1];
  if (path !== undefined) return { kind: "path", path };
  const imported = importing.exec(text);
  if (imported !== null) return { kind: "import-from-derivation", drvPath: imported[1] };
  const input = searched.exec(text)?.[1]?.split("/")[0];
  return input === undefined ? undefined : { kind: "input", name: input };
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
        message:
          refusal.drvPath === undefined
            ? l10n.t(
                "Hydra does not allow import from derivation. Copy what is imported into the repository, or make it an input of the jobset.",
              )
            : l10n.t(
                "Hydra does not allow import from derivation, here from {0}. Copy what is imported into the repository, or make it an input of the jobset.",
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
