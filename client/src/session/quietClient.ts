import { LanguageClient } from "vscode-languageclient/node";

/** The library's client, which only writes its errors down: the session tells the user, once, and with what to do. */
export class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}
