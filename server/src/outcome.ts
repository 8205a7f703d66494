import type { Problem } from "./protocol.ts";

/** What something gave, or why it gave nothing. */
export type Outcome<T> = { readonly value: T } | { readonly problem: Problem };

/** An error as a value, in one line. */
export function errorProblem(code: string, message: string, detail?: string): Problem {
  return { code, severity: "error", message, detail };
}
