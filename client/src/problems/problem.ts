import { type Problem, requestFailed } from "../../../server/src/protocol.ts";

/** The problem in the error of a rejected request, if there is one. */
export function problemOf(error: unknown): Problem | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if (!("code" in error) || error.code !== requestFailed || !("data" in error)) return undefined;
  return isProblem(error.data) ? error.data : undefined;
}

/** Whether a value is a problem of the protocol. */
export function isProblem(value: unknown): value is Problem {
  if (typeof value !== "object" || value === null) return false;
  return "code" in value && typeof value.code === "string" && "message" in value && typeof value.message === "string";
}
