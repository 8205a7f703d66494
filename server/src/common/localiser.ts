/** What translates a text: `vscode.l10n` in VS Code, `@vscode/l10n` in the server, something simpler in unit tests. */
export interface Localiser {
  t(message: string, ...args: (string | number | boolean)[]): string;
}
