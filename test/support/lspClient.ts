import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import {
  createMessageConnection,
  type MessageConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import type { CodeLens, Diagnostic } from "vscode-languageserver-types";
import { URI } from "vscode-uri";
import type { BuildDelta, InitializationOptions, Requests, ServerNotifications } from "../../server/src/protocol.ts";
import { dist } from "./nixDocument.ts";
import { tempFolder } from "./temp.ts";

export interface ClientOptions extends InitializationOptions {
  /** The server's environment. Default: that of this process, with a separate state folder instead of the user's. */
  readonly env?: NodeJS.ProcessEnv;
  /** The workspace's folder (a path). */
  readonly folder?: string;
  /** The command line that starts the server, as another user for example. Default: the command itself. */
  readonly commandLine?: (command: string, args: readonly string[]) => readonly [string, ...string[]];
  /** The client's capabilities, as `initialize` has them. */
  readonly capabilities?: object;
}

/** A message of the server that no test has waited for yet. */
interface Received {
  readonly method: string;
  readonly params: unknown;
}

const itself: NonNullable<ClientOptions["commandLine"]> = (command, args) => [command, ...args];

let stateFolder: string | undefined;

function ownEnvironment(): NodeJS.ProcessEnv {
  if (stateFolder === undefined) {
    const folder = tempFolder("state");
    process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
    stateFolder = folder;
  }
  return { ...process.env, XDG_STATE_HOME: stateFolder };
}

/** A language client without an editor: starts `dist/server.js --stdio` and speaks LSP with it. */
export class LspClient {
  readonly process: ChildProcess;
  readonly connection: MessageConnection;
  /** The last published diagnostics of each file, by URI. */
  readonly diagnostics = new Map<string, readonly Diagnostic[]>();
  readonly #received: Received[] = [];
  readonly #waiting = new Set<() => void>();
  #version = 0;

  private constructor(process: ChildProcess, connection: MessageConnection) {
    this.process = process;
    this.connection = connection;
    connection.onNotification((method, params) => this.#receive(method, params));
    connection.onRequest((method, params) => {
      this.#receive(method, params);
      return method === "workspace/configuration" ? [null] : null;
    });
    connection.listen();
  }

  static async start(options: ClientOptions = {}): Promise<LspClient> {
    const {
      env = ownEnvironment(),
      folder,
      commandLine = itself,
      capabilities = {},
      ...initializationOptions
    } = options;
    const [file, ...args] = commandLine(process.execPath, [path.join(dist, "server.js"), "--stdio"]);
    const child = spawn(file, args, {
      env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const client = new LspClient(
      child,
      createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin)),
    );
    const workspaceFolders = folder === undefined ? null : [{ uri: URI.file(folder).toString(), name: "test" }];
    await client.connection.sendRequest("initialize", {
      // A server of another user may not look whether we are alive, and would end.
      processId: commandLine === itself ? process.pid : null,
      rootUri: null,
      capabilities,
      workspaceFolders,
      initializationOptions,
    });
    await client.connection.sendNotification("initialized", {});
    return client;
  }

  request<Method extends keyof Requests>(
    method: Method,
    params: Requests[Method]["params"],
  ): Promise<Requests[Method]["result"]> {
    return this.connection.sendRequest(method, params);
  }

  /** Any request of standard LSP. */
  lsp<Result>(method: string, params: object): Promise<Result> {
    return this.connection.sendRequest(method, params);
  }

  /** The lenses of a document with their titles. */
  async lenses(uri: string): Promise<CodeLens[]> {
    const lenses = await this.lsp<CodeLens[]>("textDocument/codeLens", { textDocument: { uri } });
    return Promise.all(lenses.map(lens => this.lsp<CodeLens>("codeLens/resolve", lens)));
  }

  async open(uri: string, text: string): Promise<void> {
    await this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "nix", version: ++this.#version, text },
    });
  }

  async change(uri: string, contentChanges: readonly object[]): Promise<void> {
    await this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version: ++this.#version },
      contentChanges,
    });
  }

  /**
   * The first notification or request of the server, sent or to be sent, that `accept` takes. Those before it are dropped.
   * `accept` sees each of them once.
   */
  async next<Method extends keyof ServerNotifications>(
    method: Method,
    accept?: (params: ServerNotifications[Method]) => boolean,
  ): Promise<ServerNotifications[Method]>;
  async next<Params>(method: string, accept?: (params: Params) => boolean): Promise<Params>;
  async next(method: string, accept: (params: never) => boolean = () => true): Promise<unknown> {
    let start = 0;
    for (;;) {
      for (const [index, item] of this.#received.entries()) {
        if (index < start || item.method !== method || !accept(item.params as never)) continue;
        this.#received.splice(0, index + 1);
        return item.params;
      }
      start = this.#received.length;
      await new Promise<void>(resolve => this.#waiting.add(resolve));
    }
  }

  /** Waits until `accept` returns true for the diagnostics of a file, and returns these. */
  async diagnosticsOf(uri: string, accept: (found: readonly Diagnostic[]) => boolean): Promise<readonly Diagnostic[]> {
    for (;;) {
      const found = this.diagnostics.get(uri) ?? [];
      if (accept(found)) return found;
      await new Promise<void>(resolve => this.#waiting.add(resolve));
    }
  }

  /** Waits until `accept` returns true for a build. Rejects with the failure if the build fails first. */
  async build(id: string, accept: (summary: BuildDelta["summary"]) => boolean): Promise<BuildDelta["summary"]> {
    const known = (await this.request("morph/builds", {})).find(build => build.id === id);
    if (known !== undefined && accept(known)) return known;
    const hasFailed = ({ state }: BuildDelta["summary"]) => state === "failed";
    const isIt = (summary: BuildDelta["summary"]) => accept(summary) || hasFailed(summary);
    const { summary } =
      known !== undefined && hasFailed(known)
        ? { summary: known }
        : await this.next("morph/buildDidChange", delta => delta.id === id && isIt(delta.summary));
    if (accept(summary)) return summary;
    throw new Error(`${summary.machine} (${id}) has failed: ${JSON.stringify(summary.failure, undefined, 2)}`);
  }

  /** Ends the session as an editor does. */
  async stop(): Promise<void> {
    const exited = new Promise(resolve => this.process.once("exit", resolve));
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    await exited;
    this.connection.dispose();
  }

  /** Kills the server, unless it has ended. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = new Promise(resolve => this.process.once("exit", resolve));
    this.process.kill("SIGKILL");
    await exited;
    this.connection.dispose();
  }

  #receive(method: string, params: unknown): void {
    if (method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = params as PublishDiagnosticsParams;
      this.diagnostics.set(uri, diagnostics);
    }
    this.#received.push({ method, params });
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
