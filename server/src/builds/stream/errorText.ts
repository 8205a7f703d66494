/** A parsed error message of Nix. */
export interface ErrorText {
  /** The part that Nix itself wrote. */
  readonly text: string;
  /** The last lines of a derivation's log that the message repeats, which may contain anything. */
  readonly logLines: readonly string[];
}

/** `last 10 log lines:`, in the wording of any version (Nix, `src/libstore/build/local-derivation-goal.cc`). */
const logHeading = /\blast (\d+) log lines:/i;

/** A hint on how to read the whole log, which we do not need. */
const logHint = /^\s*For full logs, run/;

/**
 * Removes repeated log lines from a message: as many as the heading says, because the text after them is Nix's own again, such as
 * the note about a full disk.
 */
export function withoutLogLines(message: string): ErrorText {
  const heading = logHeading.exec(message);
  if (heading === null) return { text: message, logLines: [] };
  const before = message.slice(0, heading.index).trimEnd();
  const lines = message.slice(heading.index + heading[0].length).split("\n");
  const count = Math.min(Number(heading[1]), lines.length - 1);
  const after = lines.slice(1 + count);
  const hint = after.findIndex(line => logHint.test(line));
  // Since 2.26, the command is on a separate line.
  if (hint !== -1) after.splice(hint, after[hint]?.endsWith(":") ? 2 : 1);
  const text = [before.endsWith(";") ? before.slice(0, -1) : before, ...after].join("\n").trimEnd();
  // The prefix is `> `, up to 2.3 two blanks, with seven more blanks if the message is indented.
  return {
    text,
    logLines: lines.slice(1, 1 + count).map(line => line.replace(/^ {7}(?=> )/, "").replace(/^(?:> |> ?$| {2})/, "")),
  };
}

/** A derivation that failed according to a message. */
export interface NamedFailure {
  readonly drvPath: string;
  /** Whether it was not built because another one failed. */
  readonly isDependent: boolean;
  /** Whether it failed while it was being built. */
  readonly hasRun: boolean;
}

/** How each version reports that a derivation was not built because a dependency failed. */
const dependents = [
  /^\d+ dependencies of derivation '([^']+\.drv)' failed/,
  /^cannot build derivation '([^']+\.drv)': \d+ dependencies/,
  /^Cannot build '([^']+\.drv)'\.\s*Reason: \d+ dependenc/,
];

/** How each version reports that a derivation failed while it was being built. */
const failures = [
  /^build of '([^']+\.drv)' on '[^']*' failed/,
  /^builder for '([^']+\.drv)'/,
  /^Cannot build '([^']+\.drv)'\.\s*Reason: builder /,
  /^hash mismatch in fixed-output derivation '([^']+\.drv)'/,
  // Up to 2.33; later versions do not name the derivation.
  /^building of '([^'!^*]+\.drv)(?:[!^*][^'\n]*)?' (?:[^\n]*? )?timed out after/,
];

/** How each version reports that no builder accepts a derivation. */
const refusals = [
  /^a '[^']*' with features \{[^}]*\} is required to build '([^']+\.drv)'/,
  /^Cannot build '([^']+\.drv)'/,
];

/** @param text a message of Nix, without `error:`. Only its start is used, because text quoted later may be anything. */
export function failureIn(text: string): NamedFailure | undefined {
  const dependent = firstMatch(dependents, text);
  if (dependent !== undefined) return { drvPath: dependent, isDependent: true, hasRun: false };
  const failed = firstMatch(failures, text);
  if (failed !== undefined) return { drvPath: failed, isDependent: false, hasRun: true };
  const refused = firstMatch(refusals, text);
  return refused === undefined ? undefined : { drvPath: refused, isDependent: false, hasRun: false };
}

function firstMatch(patterns: readonly RegExp[], text: string): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A message with the text between quotes removed: names of files, derivations and machines may contain any words. */
export function withoutQuoted(text: string): string {
  return text.replaceAll(/'[^'\n]*'|"[^"\n]*"/g, "''");
}
