import * as vscode from "vscode";
import { failureScheme } from "../manifest.ts";

/** The page about a failed build. */
export interface FailureAddress {
  /** The build's id. */
  readonly id: string;
  /** The machine's name, shown in the tab. */
  readonly machine: string;
}

/** The document of a page: `morph-failure:/<build>/eiffel failed`. */
export function failureUri({ id, machine }: FailureAddress): vscode.Uri {
  const name = vscode.l10n.t("{0} failed", machine.replaceAll("/", "_"));
  return vscode.Uri.from({ scheme: failureScheme, path: `/${id}/${name}` });
}

/** The build that one of our documents is about. */
export function failedBuildOf({ path }: vscode.Uri): string {
  return path.split("/")[1] ?? "";
}

/** Opens a page, for the row of a tree: as with logs, a command of VS Code itself is never lost. */
export function openFailureCommand(address: FailureAddress): vscode.Command {
  return { title: vscode.l10n.t("Show Failure"), command: "vscode.open", arguments: [failureUri(address), {}] };
}
