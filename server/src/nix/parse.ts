import { level, withoutEscapes } from "./events/events.ts";
import { eventsOf } from "./events/stream.ts";
import type { Nix } from "./nix.ts";

/** An error that Nix's own parser sees. */
export interface ParseError {
  readonly message: string;
  /** Counted from 0. */
  readonly line: number;
  /** Counted from 0. */
  readonly column: number;
}

/** What Nix says of a text: nothing wrong, an error, or `unknown` when it could not be asked. */
export type ParseVerdict =
  | { readonly kind: "ok" }
  | { readonly kind: "error"; readonly error: ParseError }
  | { readonly kind: "unknown" };

/** Has Nix parse a text. That evaluates nothing. */
export async function parseWithNix(nix: Nix, text: string, signal: AbortSignal): Promise<ParseVerdict> {
  const args = ["--parse", "-", "--log-format", "internal-json"];
  const end = await nix.run("nix-instantiate", args, { stdin: text, signal });
  if (end.kind !== "exited") return { kind: "unknown" };
  if (end.code === 0) return { kind: "ok" };
  const error = parseErrorIn(end.stderr);
  return error === undefined ? { kind: "unknown" } : { kind: "error", error };
}

/** The error with its place, out of the event stream or, where Nix has none (before 2.4), out of its text. */
export function parseErrorIn(stderr: string): ParseError | undefined {
  const messages = stderr
    .split("\n")
    .flatMap(eventsOf)
    .flatMap(event => (event.action === "message" ? [event] : []));
  const told = messages.findLast(
    ({ level: severity, error }) => severity === level.error && error?.line !== undefined,
  )?.error;
  if (told?.line !== undefined) return place(told.message, told.line, told.column ?? 1);
  const text = withoutEscapes(messages.at(-1)?.text ?? stderr);
  const match = /error:\s*([^\n]+?)(?:,? at [^\n]*?:(\d+):(\d+)|\s+at [^\n]*?:(\d+):(\d+))/.exec(text);
  if (match?.[1] === undefined) return undefined;
  return place(match[1], Number(match[2] ?? match[4]), Number(match[3] ?? match[5]));
}

function place(message: string, line: number, column: number): ParseError {
  return { message: message.split("\n")[0] ?? message, line: Math.max(line - 1, 0), column: Math.max(column - 1, 0) };
}
