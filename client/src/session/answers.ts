import type { LanguageClient } from "vscode-languageclient/node";
import type { ServerRequests } from "../../../server/src/protocol.ts";

/** What answers a request of the server. */
export type AnswerTo<M extends keyof ServerRequests> = (
  params: ServerRequests[M]["params"],
) => Promise<ServerRequests[M]["result"]>;

/** Answers the server's requests; outlives the client that receives them. */
export class Answers {
  readonly #listeners: ((client: LanguageClient) => void)[] = [];

  /** Before the first client is created. */
  give<M extends keyof ServerRequests>(method: M, answer: AnswerTo<M>): void {
    const answered = (params: ServerRequests[M]["params"]): Promise<unknown> => answer(params);
    this.#listeners.push(client => void client.onRequest(method, answered));
  }

  /** Answers the requests of this client from now on. */
  receiveFrom(client: LanguageClient): void {
    for (const listen of this.#listeners) listen(client);
  }
}
