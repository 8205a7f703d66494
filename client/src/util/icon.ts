import * as vscode from "vscode";

/** An icon of VS Code's, and the theme's name of its colour. */
export interface Icon {
  readonly id: string;
  readonly colour?: string;
}

export function themeIcon({ id, colour }: Icon): vscode.ThemeIcon {
  return colour === undefined ? new vscode.ThemeIcon(id) : new vscode.ThemeIcon(id, new vscode.ThemeColor(colour));
}
