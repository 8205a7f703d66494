import { maskText } from "./secrets.ts";

/** The level of a log line, as in LSP's `MessageType`, the most important first. */
export type LogLevel = "error" | "warning" | "info" | "debug";

/**
 * Logs what the server does and which work failed, in English, for troubleshooting. Secrets in URLs are masked. `error` is the
 * caught error, if any. Passed in explicitly; there is no global log.
 */
export type Log = { readonly [Level in LogLevel]: (message: string, error?: unknown) => void };

/** The longest line (UTF-16 units): an error may contain a whole file. */
const maxLine = 4000;

/** A log that passes its lines to `write`, with bounded length. */
export function logTo(write: (level: LogLevel, line: string) => void): Log {
  const at = (level: LogLevel) => (message: string, error?: unknown) =>
    write(level, line(error === undefined ? message : `${message}: ${errorText(error)}`));
  return { error: at("error"), warning: at("warning"), info: at("info"), debug: at("debug") };
}

/** Discards all lines. */
export const silentLog: Log = logTo(() => undefined);

/**
 * A caught error as text. The message of an operating system's error, which has a code, is sufficient; any other may be a bug,
 * so its stack is included.
 */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? error.message : (error.stack ?? error.message);
}

function line(text: string): string {
  // Masked before truncating, with a margin: a secret that is cut in two is beyond the part that is shown.
  const masked = maskText(text.slice(0, 2 * maxLine));
  const more = text.length - maxLine;
  return more <= 0 ? masked : `${masked.slice(0, maxLine)} [${more} more characters]`;
}
