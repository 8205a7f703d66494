/** Why a request was ended. */
export type EndReason =
  | "cancelled"
  /** The answer has not begun. */
  | "silent"
  | "timed-out";

/** Ends a request that is cancelled or takes too long. One for each of thousands of requests: an `AbortSignal` costs more. */
export class TimeLimit {
  #reason: EndReason | undefined;
  #end: () => void = () => undefined;
  readonly #beginning: NodeJS.Timeout;
  readonly #all: NodeJS.Timeout;
  readonly #cancelled: AbortSignal | undefined;

  /**
   * @param firstByte until the head of the answer (ms).
   * @param whole for everything (ms).
   */
  constructor(firstByte: number, whole: number, cancelled?: AbortSignal) {
    this.#beginning = setTimeout(() => this.#stop("silent"), firstByte);
    this.#all = setTimeout(() => this.#stop("timed-out"), whole);
    this.#cancelled = cancelled;
    if (cancelled?.aborted === true) this.#cancel();
    cancelled?.addEventListener("abort", this.#cancel);
  }

  /** Undefined: the request was not ended. */
  get reason(): EndReason | undefined {
    return this.#reason;
  }

  /** What ends the request from now on. It is called immediately if that has happened already. */
  set onEnd(end: () => void) {
    this.#end = end;
    if (this.#reason !== undefined) end();
  }

  /** The head of the answer has come. */
  didBegin(): void {
    clearTimeout(this.#beginning);
  }

  /** The request is over: stops the clock. */
  stop(): void {
    clearTimeout(this.#beginning);
    clearTimeout(this.#all);
    this.#cancelled?.removeEventListener("abort", this.#cancel);
  }

  readonly #cancel = (): void => this.#stop("cancelled");

  #stop(reason: EndReason): void {
    this.#reason ??= reason;
    this.#end();
  }
}
