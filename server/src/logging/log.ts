import { maskText } from "./secrets.ts";

/** How much a line of the log matters, as LSP's `MessageType` has it, the most important first. */
export type LogLevel = "error" | "warning" | "info" | "debug";

/**
 * Records what the server does and what it gave up, in English, for people who look for a cause. Secrets in URLs are masked.
 * `error` is what was caught, if something was. Passed in explicitly; there is no global one.
 */
export type Log = { readonly [Level in LogLevel]: (message: string, error?: unknown) => void };

/** No line is longer (UTF-16 units): an error may hold a whole file. */
const maxLine = 4000;

/** A log whose lines go to `write`, each whole and of bounded length. */
export function logTo(write: (level: LogLevel, line: string) => void): Log {
  const at = (level: LogLevel) => (message: string, error?: unknown) =>
    write(level, line(error === undefined ? message : `${message}: ${errorText(error)}`));
  return { error: at("error"), warning: at("warning"), info: at("info"), debug: at("debug") };
}

/** Forgets every line. */
export const silentLog: Log = logTo(() => undefined);

/**
 * What was caught, as text. An error of the operating system has a code and says all in its message; any other may be a mistake
 * of ours, whose stack says where.
 */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? error.message : (error.stack ?? error.message);
}

function line(text: string): string {
  // A secret that is cut in two stands behind what is shown.
  const masked = maskText(text.slice(0, 2 * maxLine));
  const more = text.length - maxLine;
  return more <= 0 ? masked : `${masked.slice(0, maxLine)} [${more} more characters]`;
}
