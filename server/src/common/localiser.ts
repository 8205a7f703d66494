/** Translates texts: `vscode.l10n` in VS Code, `@vscode/l10n` in the server, a simple implementation in unit tests. */
export interface Localiser {
  t(message: string, ...args: (string | number | boolean)[]): string;
}
