import * as vscode from "vscode";
import { logScheme } from "../manifest.ts";

/** The log of a build, or of one of its derivations. */
export interface LogAddress {
  /** The build's id. */
  readonly id: string;
  /** The machine's or the derivation's name, shown in the tab. */
  readonly name: string;
  /** The derivation's path. */
  readonly derivation?: string | undefined;
}

/** The document of a log: `morph-log:/<build>/linux-6.1.38.log?<derivation>`. */
export function logUri({ id, name, derivation = "" }: LogAddress): vscode.Uri {
  return vscode.Uri.from({ scheme: logScheme, path: `/${id}/${name.replaceAll("/", "_")}.log`, query: derivation });
}

/** The log that one of our documents shows. */
export function logAddress({ path, query }: vscode.Uri): LogAddress {
  const [id = "", file = ""] = path.slice(1).split("/");
  return { id, name: file.replace(/\.log$/, ""), derivation: query === "" ? undefined : query };
}

/**
 * Opens a log, for the row of a tree. VS Code keeps the arguments of an extension's command only until the row is refreshed, and a
 * click in between is lost; the arguments of VS Code's own commands are part of the row.
 */
export function openLogCommand(address: LogAddress): vscode.Command {
  return { title: vscode.l10n.t("Show Log"), command: "vscode.open", arguments: [logUri(address), {}] };
}
