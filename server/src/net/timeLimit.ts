/** Why a request was ended. */
export type EndReason = "cancelled" | "timed-out";

/** Ends a request that is cancelled or takes too long. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** Undefined: it was not ended. */
  readonly reason: () => EndReason | undefined;
  /** The head of the answer has come. */
  readonly didBegin: () => void;
  /** The request is over: stops the clock. */
  readonly end: () => void;
}

/**
 * @param firstByte until the head of the answer (ms).
 * @param whole for everything (ms).
 */
export function timeLimit(firstByte: number, whole: number, cancelled?: AbortSignal): TimeLimit {
  const abort = new AbortController();
  let reason: EndReason | undefined;
  const stop = (why: EndReason) => {
    reason ??= why;
    abort.abort();
  };
  const cancel = () => stop("cancelled");
  const late = () => stop("timed-out");
  const beginning = setTimeout(late, firstByte);
  const all = setTimeout(late, whole);
  if (cancelled?.aborted === true) cancel();
  cancelled?.addEventListener("abort", cancel);
  return {
    signal: abort.signal,
    reason: () => reason,
    didBegin: () => clearTimeout(beginning),
    end: () => {
      clearTimeout(beginning);
      clearTimeout(all);
      cancelled?.removeEventListener("abort", cancel);
    },
  };
}
