import { type Clue, tells } from "../../stream/clues.ts";
import { innerWords } from "./ending.ts";
import type { FailedBuild, FailingDerivation } from "./failed.ts";

/** Characters of a log line that a message quotes. */
const quoted = 120;

/** The last line of a derivation's log that tells of such a cause. */
export function clueIn({ derivation }: FailingDerivation, clue: Clue): string | undefined {
  return derivation.clues.findLast(line => tells(line, clue))?.trim();
}

/** A line as a message quotes it. */
export function quote(line: string): string {
  return line.length <= quoted ? line : `${line.slice(0, quoted)}…`;
}

/**
 * Why Nix could not start the derivation's builder, if that is so: in its own words, or in the only line of the log, which Nix writes
 * in place of the builder.
 */
export function startError({ state }: FailedBuild, { derivation, errors }: FailingDerivation): string | undefined {
  const lines = derivation.tail.filter(line => line.trim() !== "");
  // Up to 2.3 it does not say of which derivation.
  const unnamed = state.errors.filter(
    ({ isOwn, text }) => isOwn && text.startsWith("while setting up the build environment"),
  );
  const said = [...errors, ...unnamed].map(({ text }) => innerWords(text));
  const found = [...said, ...(lines.length === 1 ? lines : [])].find(text => tells(text.split("\n")[0] ?? "", "start"));
  return found
    ?.split("\n")[0]
    ?.replace(/^error: /, "")
    .replace(/^while setting up the build environment: /, "");
}
