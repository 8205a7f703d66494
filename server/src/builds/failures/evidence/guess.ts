import { type Clue, indicates } from "../../stream/clues.ts";
import { innerMessage } from "./ending.ts";
import type { FailedBuild, FailingDerivation } from "./failed.ts";

/** Maximum number of characters of a log line that a message quotes. */
const quoted = 120;

/** The last line of a derivation's log that indicates a cause. */
export function clueIn({ derivation }: FailingDerivation, clue: Clue): string | undefined {
  return derivation.clues.findLast(line => indicates(line, clue))?.trim();
}

/** A line, shortened for a message. */
export function quote(line: string): string {
  return line.length <= quoted ? line : `${line.slice(0, quoted)}…`;
}

/**
 * The reason why Nix could not start the derivation's builder, if that is the cause: from Nix's errors, or from the only line of
 * the log, which Nix writes instead of the builder.
 */
export function startError({ state }: FailedBuild, { derivation, errors }: FailingDerivation): string | undefined {
  const lines = derivation.tail.filter(line => line.trim() !== "");
  // Up to 2.3 it does not name the derivation.
  const unnamed = state.errors.filter(
    ({ isOwn, text }) => isOwn && text.startsWith("while setting up the build environment"),
  );
  const said = [...errors, ...unnamed].map(({ text }) => innerMessage(text));
  const found = [...said, ...(lines.length === 1 ? lines : [])].find(text =>
    indicates(text.split("\n")[0] ?? "", "start"),
  );
  return found
    ?.split("\n")[0]
    ?.replace(/^error: /, "")
    .replace(/^while setting up the build environment: /, "");
}
