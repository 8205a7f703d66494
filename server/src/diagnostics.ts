import type { Connection, Diagnostic } from "vscode-languageserver";
import { grammarDiagnostics, networkDiagnostics } from "./features/diagnostics.ts";
import type { Nix } from "./nix/nix.ts";
import { type ParseError, parseWithNix } from "./nix/parse.ts";
import type { NixDocument } from "./syntax/document.ts";
import type { NetworkFiles } from "./workspace/networkFiles.ts";

/** Nix's parser is asked when nobody has typed for so long (ms). */
const quiet = 300;

/**
 * The diagnostics of open network files. Where Nix is at hand its own parser decides whether the syntax is right; elsewhere our
 * grammar does, as far as it can be sure.
 */
export class Diagnostics {
  readonly #connection: Connection;
  readonly #networks: NetworkFiles;
  /** Undefined: Nix is missing, or the workspace is not trusted. */
  readonly #nix: () => Nix | undefined;
  readonly #waiting = new Map<string, { readonly timer: NodeJS.Timeout; readonly abort: AbortController }>();

  constructor(connection: Connection, networks: NetworkFiles, nix: () => Nix | undefined) {
    this.#connection = connection;
    this.#networks = networks;
    this.#nix = nix;
  }

  /** A document is another now: what is known of the network at once, its syntax a little later. */
  refresh(document: NixDocument): void {
    this.forget(document.uri);
    const network = this.#networks.get(document.uri);
    if (network === undefined) return void this.#send(document.uri, []);
    const nix = this.#nix();
    if (nix === undefined || !document.root.hasError) this.#publish(document, grammarDiagnostics(document));
    if (nix === undefined) return;
    const abort = new AbortController();
    const timer = setTimeout(() => void this.#askNix(document, nix, abort.signal), quiet);
    this.#waiting.set(document.uri, { timer, abort });
  }

  /** A document was closed, or is about to be looked at again. */
  forget(uri: string): void {
    const waiting = this.#waiting.get(uri);
    clearTimeout(waiting?.timer);
    waiting?.abort.abort();
    this.#waiting.delete(uri);
  }

  close(uri: string): void {
    this.forget(uri);
    void this.#send(uri, []);
  }

  async #askNix(document: NixDocument, nix: Nix, signal: AbortSignal): Promise<void> {
    const { version, text } = document;
    const verdict = await parseWithNix(nix, text, signal);
    if (signal.aborted || document.version !== version) return;
    if (verdict.kind === "error") this.#publish(document, [syntaxError(document, verdict.error)]);
    else this.#publish(document, verdict.kind === "ok" ? [] : grammarDiagnostics(document));
  }

  #publish(document: NixDocument, syntax: readonly Diagnostic[]): void {
    const network = this.#networks.get(document.uri);
    void this.#send(document.uri, network === undefined ? [] : [...networkDiagnostics(network), ...syntax]);
  }

  #send(uri: string, diagnostics: Diagnostic[]): Promise<void> {
    return this.#connection.sendDiagnostics({ uri, diagnostics });
  }
}

function syntaxError(document: NixDocument, { message, line, column }: ParseError): Diagnostic {
  const start = document.offsetAt({ line, character: column });
  const word = /^(?:[\w'-]+|\S)/.exec(document.text.slice(start, start + 100))?.[0].length ?? 0;
  return { range: document.rangeAt(start, start + word), severity: 1, code: "syntax-error", source: "nix", message };
}
