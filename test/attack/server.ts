import type { BuildSummary, Requests } from "../../server/src/protocol.ts";
import { finalStates } from "../../server/src/protocol.ts";
import { type ClientOptions, LspClient } from "../support/lspClient.ts";
import { processesIn } from "../support/processes.ts";
import { until } from "../support/until.ts";
import { type Faults, isMistake } from "./attack.ts";
import type { Home } from "./home.ts";

/** Maximum time without a change while no process is working (ms). */
export const patience = 30_000;

/** Maximum duration of a build (ms). */
const longest = 150_000;

/** How a request is refused. */
interface Refusal {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** The outcome of a request: an error of the server is a response as well. */
export type Answer<T> =
  | { readonly kind: "result"; readonly result: T }
  | { readonly kind: "error"; readonly code: number; readonly message: string }
  /** The connection ended first. */
  | { readonly kind: "gone" }
  | { readonly kind: "late" };

/** A server under attack: everything that it must not do is counted. */
export class AttackedServer {
  readonly client: LspClient;
  readonly #faults: Faults;
  readonly #name: string;
  #isEnding = false;

  private constructor(client: LspClient, name: string, faults: Faults) {
    this.client = client;
    this.#faults = faults;
    this.#name = name;
    client.process.once("exit", (code, signal) => {
      if (!this.#isEnding) faults.add("crashes", `${name}: the server ended (${signal ?? code})`);
    });
    client.connection.onNotification("window/logMessage", ({ type, message }: { type: number; message: string }) => {
      if (type === 1 && /unhandled|uncaught/i.test(message)) faults.add("crashes", `${name}: ${message}`);
    });
  }

  /** Starts a trusted server on a home's network. */
  static start({ env, folder }: Home, name: string, faults: Faults): Promise<AttackedServer> {
    return AttackedServer.#start({ env, folder }, name, faults);
  }

  /** Starts a trusted server of a home in no workspace: it shows the builds of every network. */
  static startWithout({ env }: Home, name: string, faults: Faults): Promise<AttackedServer> {
    return AttackedServer.#start({ env }, name, faults);
  }

  static async #start(options: ClientOptions, name: string, faults: Faults): Promise<AttackedServer> {
    const client = await LspClient.start({ trusted: true, ...options });
    const server = new AttackedServer(client, name, faults);
    await server.#within(client.next("morph/health"));
    return server;
  }

  get isAlive(): boolean {
    return this.client.process.exitCode === null && this.client.process.signalCode === null;
  }

  ask<Method extends keyof Requests>(
    method: Method,
    params: Requests[Method]["params"],
  ): Promise<Answer<Requests[Method]["result"]>> {
    return this.askAnything(method, params) as Promise<Answer<Requests[Method]["result"]>>;
  }

  /** Any request with any parameters. Late answers and mistakes of the server are counted. */
  async askAnything(method: string, params: unknown): Promise<Answer<unknown>> {
    const asks = () => `${this.#name}: ${method} ${JSON.stringify(params)?.slice(0, 300)}`;
    const asked = this.client.connection.sendRequest<unknown>(method, params);
    const answer = await this.#within(
      asked.then(
        (result): Answer<unknown> => ({ kind: "result", result }),
        (error: Refusal): Answer<unknown> => {
          if (isMistake(error)) this.#faults.add("crashes", `${error.message}: ${asks()}`);
          return this.#isAnswer(error)
            ? { kind: "error", code: error.code, message: String(error.message) }
            : { kind: "gone" };
        },
      ),
    );
    if (answer === undefined && !this.#isEnding) this.#faults.add("stuck", asks());
    return answer ?? { kind: "late" };
  }

  /** Whether the server has said so itself: that a connection has ended, the library says (-32097 to -32000). */
  #isAnswer({ code }: Refusal): boolean {
    return code <= -32603 || (code > -32097 && this.isAlive && !this.#isEnding);
  }

  /** Waits for the end of a build. Undefined, and counted, when it does not come. */
  async end(home: Home, id: string): Promise<BuildSummary | undefined> {
    const began = Date.now();
    let [changed, known] = [began, ""];
    let last: BuildSummary | undefined;
    const look = async () => {
      const answer = await this.ask("morph/builds", {});
      if (answer.kind !== "result") return { build: undefined };
      last = answer.result.find(build => build.id === id);
      if (last !== undefined && finalStates.has(last.state)) return { build: last };
      const now = JSON.stringify(last);
      if (now !== known || this.#works(home)) changed = Date.now();
      known = now;
      return Date.now() - changed > patience || Date.now() - began > longest ? { build: undefined } : undefined;
    };
    const found = await until(`the end of ${id}`, look, longest + 2 * patience).catch(() => undefined);
    if (found?.build === undefined) {
      const fault = last === undefined ? "lost" : "stuck";
      this.#faults.add(fault, `${this.#name}: ${id} is ${last?.state ?? "not in the list"}`);
    }
    return found?.build;
  }

  /** Ends the session as an editor does. */
  async stop(): Promise<void> {
    if (!this.isAlive) return;
    this.#isEnding = true;
    const ended = await this.#within(this.client.stop().then(() => true));
    if (ended) return;
    this.#faults.add("stuck", `${this.#name}: the server does not end`);
    await this.client.kill();
  }

  async kill(): Promise<void> {
    if (!this.isAlive) return;
    this.#isEnding = true;
    await this.client.kill();
  }

  /** Whether anything but servers works for a home. */
  #works(home: Home): boolean {
    return processesIn(home.dir).some(({ cmdline }) => !cmdline.includes("server.js --stdio"));
  }

  /** Undefined when it takes too long. */
  async #within<T>(promise: Promise<T>): Promise<T | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>(resolve => {
      timer = setTimeout(resolve, patience, undefined);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
