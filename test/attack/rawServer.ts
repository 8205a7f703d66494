import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { type Message, StreamMessageReader, StreamMessageWriter } from "vscode-languageserver/node";
import { dist } from "../support/nixDocument.ts";

/** A message of the server: a response, a request or a notification. */
interface Incoming {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown } | undefined;
}

export type Response = Pick<Incoming, "result" | "error">;

/** A server to which any bytes can be sent. */
export class RawServer {
  readonly process: ChildProcess;
  /** Settles when the process ends, with its exit code or signal. */
  readonly ended: Promise<number | string | null>;
  readonly #writer: StreamMessageWriter;
  readonly #pending = new Map<unknown, (response: Response) => void>();
  #lastId = 0;

  /** @param answer the client's response to a request of the server. @param notified receives notifications. */
  constructor(
    env: NodeJS.ProcessEnv,
    answer: (method: string) => unknown,
    notified: (method: string, params: unknown) => void,
  ) {
    const child = spawn(process.execPath, [path.join(dist, "server.js"), "--stdio"], {
      env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.process = child;
    this.ended = new Promise(resolve => child.once("exit", (code, signal) => resolve(signal ?? code)));
    // A server that has ended cannot be written to; that it has ended is noticed elsewhere.
    child.stdin.on("error", () => undefined);
    this.#writer = new StreamMessageWriter(child.stdin);
    new StreamMessageReader(child.stdout).listen(message => {
      const { id, method, params, result, error } = message as Incoming;
      if (method === undefined) this.#pending.get(id)?.({ result, error });
      else if (id === undefined) notified(method, params);
      else void this.send({ jsonrpc: "2.0", id, result: answer(method) });
    });
  }

  get isAlive(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Sends a request and returns the response; undefined if the server ends or does not respond in time (ms). */
  async request(method: unknown, params: unknown, patience: number): Promise<Response | undefined> {
    const id = ++this.#lastId;
    let timer: NodeJS.Timeout | undefined;
    const response = new Promise<Response | undefined>(resolve => {
      this.#pending.set(id, resolve);
      timer = setTimeout(resolve, patience, undefined);
      void this.ended.then(() => resolve(undefined));
    });
    await this.send({ jsonrpc: "2.0", id, method, params });
    const answer = await response;
    clearTimeout(timer);
    this.#pending.delete(id);
    return answer;
  }

  notify(method: unknown, params: unknown): Promise<void> {
    return this.send({ jsonrpc: "2.0", method, params });
  }

  /** Sends a possibly invalid message in a valid frame. */
  async send(message: object): Promise<void> {
    await this.#writer.write(message as Message).catch(() => undefined);
  }

  /** Sends bytes as they are. */
  sendBytes(bytes: string | Buffer): void {
    this.process.stdin?.write(bytes);
  }

  close(): void {
    this.process.stdin?.end();
  }
}
