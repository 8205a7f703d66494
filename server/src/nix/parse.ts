import { level } from "./events/events.ts";
import { withoutEscapes } from "./events/printed.ts";
import { eventsOf } from "./events/stream.ts";
import type { Nix } from "./nix.ts";

/** An error from Nix's own parser. */
export interface ParseError {
  readonly message: string;
  /** Counted from 0. */
  readonly line: number;
  /** Counted from 0. */
  readonly column: number;
}

/** What Nix reports for a text: no error, an error, or `unknown` if Nix could not be run. */
export type ParseVerdict =
  | { readonly kind: "ok" }
  | { readonly kind: "error"; readonly error: ParseError }
  | { readonly kind: "unknown" };

/** Parses a text with Nix. Evaluates nothing. */
export async function parseWithNix(nix: Nix, text: string, signal: AbortSignal): Promise<ParseVerdict> {
  const args = ["--parse", "-", "--log-format", "internal-json"];
  const end = await nix.run("nix-instantiate", args, { stdin: text, signal });
  if (end.kind !== "exited") return { kind: "unknown" };
  if (end.code === 0) return { kind: "ok" };
  const error = parseErrorIn(end.stderr);
  return error === undefined ? { kind: "unknown" } : { kind: "error", error };
}

/** The error with its position, from the event stream or, in versions without one (before 2.4), from the plain text. */
export function parseErrorIn(stderr: string): ParseError | undefined {
  const messages = stderr
    .split("\n")
    .flatMap(eventsOf)
    .flatMap(event => (event.action === "message" ? [event] : []));
  const located = messages.findLast(
    ({ level: severity, error }) => severity === level.error && error?.line !== undefined,
  )?.error;
  if (located?.line !== undefined) return place(located.message, located.line, located.column ?? 1);
  const text = withoutEscapes(messages.at(-1)?.text ?? stderr);
  const match = /error:\s*([^\n]+?)(?:,? at [^\n]*?:(\d+):(\d+)|\s+at [^\n]*?:(\d+):(\d+))/.exec(text);
  if (match?.[1] === undefined) return undefined;
  return place(match[1], Number(match[2] ?? match[4]), Number(match[3] ?? match[5]));
}

function place(message: string, line: number, column: number): ParseError {
  return { message: message.split("\n")[0] ?? message, line: Math.max(line - 1, 0), column: Math.max(column - 1, 0) };
}
