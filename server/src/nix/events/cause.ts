/**
 * The actual message of a printed error: a trace may precede it (`… while setting up the build environment`, since 2.19) or follow
 * it (up to 2.18). The remaining lines belong to the message.
 */
export function causeIn(printed: string): string {
  const lines = withoutPrefix(printed).split("\n");
  const isTraced = isTrace(lines.find(line => line.trim() !== "") ?? "");
  const last = isTraced ? lines.findLastIndex(line => /^\s*error:/.test(line)) : 0;
  const cause = lines.slice(Math.max(last, 0));
  const end = cause.findIndex((line, index) => index > 0 && isTrace(line));
  return withoutPrefix((end === -1 ? cause : cause.slice(0, end)).join("\n")).trimEnd();
}

/** Whether a line is one of a trace, without its position. */
export function isTrace(line: string): boolean {
  return /^\s*(?:…|\.\.\.) /.test(line) || line.startsWith("(use '--show-trace'");
}

/** A message without any leading `error:`. */
export function withoutPrefix(message: string): string {
  return message.replace(/^(?:\s*error:)+\s*/, "");
}
