import * as vscode from "vscode";
import { signaturesScheme } from "../manifest.ts";

/** The signature report of a build. */
export interface SignatureAddress {
  /** The build's id. */
  readonly id: string;
  /** The machine's name, shown in the tab. */
  readonly machine: string;
}

/** The document of a report: `morph-signatures:/<build>/eiffel signatures`. */
export function signaturesUri({ id, machine }: SignatureAddress): vscode.Uri {
  const name = vscode.l10n.t("{0} signatures", machine.replaceAll("/", "_"));
  return vscode.Uri.from({ scheme: signaturesScheme, path: `/${id}/${name}` });
}

/** The build that one of our documents is about. */
export function buildOfReport({ path }: vscode.Uri): string {
  return path.split("/")[1] ?? "";
}

/** Opens a report, for the row of a tree: as with logs, a command of VS Code itself is never lost. */
export function openSignaturesCommand(address: SignatureAddress): vscode.Command {
  return {
    title: vscode.l10n.t("Show Signature Report"),
    command: "vscode.open",
    arguments: [signaturesUri(address), {}],
  };
}
