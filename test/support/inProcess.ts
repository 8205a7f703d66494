import { PassThrough } from "node:stream";
import {
  createConnection,
  createMessageConnection,
  type InitializeResult,
  type MessageConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { URI } from "vscode-uri";
import type { InitializationOptions } from "../../server/src/protocol.ts";
import { type Server, startServer } from "../../server/src/server.ts";
import { dist } from "./nixDocument.ts";

/** A message of the server. */
export interface Sent {
  readonly method: string;
  readonly params: unknown;
}

export interface InProcessOptions {
  readonly capabilities?: object;
  readonly initializationOptions?: InitializationOptions;
  /** The workspace's folder (a path). */
  readonly folder?: string;
  /** Answers the server's requests; default: null, and `[null]` to `workspace/configuration`. */
  readonly answer?: (method: string, params: unknown) => unknown;
}

/** The real server in this process, connected through streams: an unhandled error in it fails the test. */
export class InProcess {
  readonly client: MessageConnection;
  readonly server: Server;
  readonly sent: Sent[] = [];
  readonly #waiting = new Set<() => void>();
  initialized: InitializeResult = { capabilities: {} };

  constructor({ answer = defaultAnswer }: Pick<InProcessOptions, "answer"> = {}) {
    const [toServer, toClient] = [new PassThrough(), new PassThrough()];
    this.server = startServer(
      createConnection(ProposedFeatures.all, new StreamMessageReader(toServer), new StreamMessageWriter(toClient)),
      dist,
    );
    this.client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    this.client.onNotification((method, params) => this.#receive({ method, params }));
    this.client.onRequest((method, params) => {
      this.#receive({ method, params });
      return answer(method, params);
    });
    this.client.listen();
  }

  static async start({ answer, ...options }: InProcessOptions = {}): Promise<InProcess> {
    const made = new InProcess(answer === undefined ? {} : { answer });
    await made.initialize(options);
    return made;
  }

  async initialize({ capabilities = {}, folder, initializationOptions }: InProcessOptions = {}): Promise<void> {
    this.initialized = await this.client.sendRequest("initialize", {
      processId: null,
      rootUri: null,
      clientInfo: { name: "test", version: "1.2.3" },
      capabilities,
      workspaceFolders: folder === undefined ? null : [{ uri: URI.file(folder).toString(), name: "test" }],
      initializationOptions,
    });
    await this.client.sendNotification("initialized", {});
  }

  /** The first message of a method, sent or to be sent. */
  async next(method: string, accept: (params: never) => boolean = () => true): Promise<unknown> {
    for (;;) {
      const found = this.sent.find(each => each.method === method && accept(each.params as never));
      if (found !== undefined) return found.params;
      await new Promise<void>(resolve => this.#waiting.add(resolve));
    }
  }

  methods(): Set<string> {
    return new Set(this.sent.map(({ method }) => method));
  }

  async stop(): Promise<void> {
    await this.client.sendRequest("shutdown");
    this.client.dispose();
  }

  #receive(message: Sent): void {
    this.sent.push(message);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

function defaultAnswer(method: string): unknown {
  return method === "workspace/configuration" ? [null] : null;
}
