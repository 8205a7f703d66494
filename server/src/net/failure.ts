/** Why a request has no usable answer. */
export type FetchFailure =
  | "cancelled"
  | "timed-out"
  /** The body is longer than allowed, after decompression. */
  | "too-large"
  /** Too many redirects, or one to where requests may not go. */
  | "redirect"
  /** No connection, no valid answer, or a body that ended early. */
  | "unreachable";

/** A failed attempt to connect to several addresses of a host has a code, and no message. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return error.message === "" ? (code ?? error.name) : error.message;
}
