import type { Health } from "../../../server/src/protocol.ts";

/** What a report of a problem needs, as plain text in English: it is read by who mends it. */
export interface Diagnostics {
  /** Name -> version: the extension, VS Code, Node, the system. */
  readonly versions: Readonly<Record<string, string>>;
  /** `starting`, `running` or `stopped`. */
  readonly session: string;
  readonly health: Health | undefined;
  /** The last lines of the output, the oldest first. */
  readonly lines: readonly string[];
}

export function diagnosticsText({ versions, session, health, lines }: Diagnostics): string {
  const { state = "not reported", code, message } = health ?? {};
  const text = [
    ...Object.entries(versions).map(([name, version]) => `${name}: ${version}`),
    `Language server: ${session}`,
    `Health: ${[state, code, message].filter(Boolean).join(", ")}`,
    "",
    ...(lines.length === 0 ? ["The output is empty."] : lines),
  ].join("\n");
  return withoutUsers(`${text}\n`);
}

/** A user, password or token in a URL is nothing for a report. */
function withoutUsers(text: string): string {
  return text.replaceAll(/(:\/\/)[^\s/?#"'@]*@/g, "$1***@");
}
