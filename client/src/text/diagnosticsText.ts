import type { Health } from "../../../server/src/protocol.ts";

/** The contents of a bug report, as plain text in English, because developers read it. */
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

/** Removes users, passwords and tokens from URLs. */
function withoutUsers(text: string): string {
  return text.replaceAll(/(:\/\/)[^\s/?#"'@]*@/g, "$1***@");
}
