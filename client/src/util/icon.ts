import * as vscode from "vscode";

/** A VS Code icon, and the theme colour to show it in. */
export interface Icon {
  readonly id: string;
  readonly colour?: string;
}

export function themeIcon({ id, colour }: Icon): vscode.ThemeIcon {
  return colour === undefined ? new vscode.ThemeIcon(id) : new vscode.ThemeIcon(id, new vscode.ThemeColor(colour));
}
