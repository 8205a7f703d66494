/** What translates a text: `vscode.l10n` in VS Code, something simpler in unit tests. Pure code gets it as a parameter. */
export interface Localiser {
  t(message: string, ...args: (string | number | boolean)[]): string;
}
