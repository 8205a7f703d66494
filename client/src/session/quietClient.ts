import { LanguageClient } from "vscode-languageclient/node";

/** The library's client without its error messages, which are only logged: the session notifies the user, once, with actions. */
export class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}
