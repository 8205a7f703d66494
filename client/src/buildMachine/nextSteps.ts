import * as vscode from "vscode";
import { guideScheme } from "../manifest.ts";

/** The page that says what to deploy first, as a read-only Markdown document. */
export class NextSteps implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #change = new vscode.EventEmitter<vscode.Uri>();
  readonly #provider: vscode.Disposable;
  readonly #pages = new Map<string, string>();
  readonly onDidChange = this.#change.event;

  constructor() {
    this.#provider = vscode.workspace.registerTextDocumentContentProvider(guideScheme, this);
  }

  provideTextDocumentContent({ path }: vscode.Uri): string {
    return this.#pages.get(path) ?? vscode.l10n.t("Run the command Morph: Set Up a Build Machine... again.");
  }

  /** Shows a page beside the editor, as text: it can be searched and copied, and VS Code can render it. */
  async show(host: string, markdown: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: guideScheme, path: `/${vscode.l10n.t("Next Steps for {0}", host)}.md` });
    this.#pages.set(uri.path, markdown);
    this.#change.fire(uri);
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preview: false });
  }

  dispose(): void {
    this.#change.dispose();
    this.#provider.dispose();
  }
}
