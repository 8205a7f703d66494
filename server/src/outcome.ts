import type { Problem } from "./protocol.ts";

/** A result, or the reason why there is none. */
export type Outcome<T> = { readonly value: T } | { readonly problem: Problem };

/** Creates a `Problem` with severity `error`. */
export function errorProblem(code: string, message: string, detail?: string): Problem {
  return { code, severity: "error", message, detail };
}
