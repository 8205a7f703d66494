import { unsavedProblem } from "../workspace/unsaved.ts";
import type { SessionContext } from "./handlers/context.ts";

/**
 * Setting `morph.evaluateOnOpen`: evaluates all machines of a network when it is opened, unless the evaluations are up to date.
 */
export class EvaluateOnOpen {
  readonly #session: SessionContext;
  readonly #evaluate: (uri: string, signal: AbortSignal) => Promise<unknown>;
  /** The open networks that have been considered. */
  readonly #running = new Map<string, AbortController>();

  constructor(session: SessionContext, evaluate: (uri: string, signal: AbortSignal) => Promise<unknown>) {
    this.#session = session;
    this.#evaluate = evaluate;
  }

  /**
   * Evaluates what has to be evaluated: call it when documents were opened, or the setting or the workspace's trust may have
   * changed.
   */
  async consider(uris: readonly string[]): Promise<void> {
    for (const uri of uris) {
      if (!this.#isWanted(uri)) continue;
      const abort = new AbortController();
      this.#running.set(uri, abort);
      await this.#session.findNetwork(uri);
      const { networks, evaluation } = this.#session;
      const isKnown = evaluation.evaluated.names(uri)?.stale === false;
      if (isKnown || (await unsavedProblem(uri, candidate => networks.openDocument(candidate)))) continue;
      // Its error is shown when the user requests an evaluation.
      await this.#evaluate(uri, abort.signal).catch(error => this.#session.log.info(`${uri} was not evaluated`, error));
    }
  }

  /** Stops evaluating for a document that was closed. */
  close(uri: string): void {
    this.#running.get(uri)?.abort();
    this.#running.delete(uri);
  }

  #isWanted(uri: string): boolean {
    const { isTrusted, networks, evaluation } = this.#session;
    return (
      evaluation.settings().evaluateOnOpen && isTrusted && networks.get(uri) !== undefined && !this.#running.has(uri)
    );
  }
}
