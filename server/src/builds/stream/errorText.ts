/** An error message of Nix, taken apart. */
export interface ErrorText {
  /** Nix's own words. */
  readonly text: string;
  /** The last lines of a derivation's log that the message repeats, which say whatever a builder has printed. */
  readonly logLines: readonly string[];
}

/** `last 10 log lines:`, in every version's words (Nix, `src/libstore/build/local-derivation-goal.cc`). */
const logHeading = /\blast (\d+) log lines:/i;

/** How to read all of the log: of no use to who has it here. */
const logHint = /^\s*For full logs, run/;

/**
 * Takes out of a message what a builder has printed: as many lines as the heading says, as what comes after them is Nix's own
 * again, such as the note about a full disk.
 */
export function withoutLogLines(message: string): ErrorText {
  const heading = logHeading.exec(message);
  if (heading === null) return { text: message, logLines: [] };
  const before = message.slice(0, heading.index).trimEnd();
  const lines = message.slice(heading.index + heading[0].length).split("\n");
  const count = Math.min(Number(heading[1]), lines.length - 1);
  const after = lines.slice(1 + count);
  const hint = after.findIndex(line => logHint.test(line));
  // From 2.26 on the command stands in a line of its own.
  if (hint !== -1) after.splice(hint, after[hint]?.endsWith(":") ? 2 : 1);
  const text = [before.endsWith(";") ? before.slice(0, -1) : before, ...after].join("\n").trimEnd();
  // `> `, up to 2.3 two blanks, and seven more where the message is indented.
  return {
    text,
    logLines: lines.slice(1, 1 + count).map(line => line.replace(/^ {7}(?=> )/, "").replace(/^(?:> |> ?$| {2})/, "")),
  };
}

/**
 * What a printed error says in the end: a trace may come before it (`… while setting up the build environment`, from 2.19 on), or
 * after it (up to 2.18). Its further lines are those of the message.
 */
export function causeIn(printed: string): string {
  const lines = withoutMark(printed).split("\n");
  const isTraced = isTrace(lines.find(line => line.trim() !== "") ?? "");
  const last = isTraced ? lines.findLastIndex(line => /^\s*error:/.test(line)) : 0;
  const cause = lines.slice(Math.max(last, 0));
  const end = cause.findIndex((line, index) => index > 0 && isTrace(line));
  return withoutMark((end === -1 ? cause : cause.slice(0, end)).join("\n")).trimEnd();
}

function isTrace(line: string): boolean {
  return /^\s*(?:…|\.\.\.) /.test(line) || line.startsWith("(use '--show-trace'");
}

/** A message without the `error:` that stands before it, in whatever number. */
export function withoutMark(message: string): string {
  return message.replace(/^(?:\s*error:)+\s*/, "");
}

/** Of which derivation a message says that it failed. */
export interface NamedFailure {
  readonly drvPath: string;
  /** It was not built because another had failed. */
  readonly isDependent: boolean;
  /** It failed while it was being built. */
  readonly hasRun: boolean;
}

/** Every version's way to say that a derivation was not built for want of another. */
const dependents = [
  /^\d+ dependencies of derivation '([^']+\.drv)' failed/,
  /^cannot build derivation '([^']+\.drv)': \d+ dependencies/,
  /^Cannot build '([^']+\.drv)'\.\s*Reason: \d+ dependenc/,
];

/** Every version's way to say that a derivation failed while it was being built. */
const failures = [
  /^build of '([^']+\.drv)' on '[^']*' failed/,
  /^builder for '([^']+\.drv)'/,
  /^Cannot build '([^']+\.drv)'\.\s*Reason: builder /,
  /^hash mismatch in fixed-output derivation '([^']+\.drv)'/,
  // Up to 2.33; later Nix does not say of which.
  /^building of '([^'!^*]+\.drv)(?:[!^*][^'\n]*)?' (?:[^\n]*? )?timed out after/,
];

/** The same of one that no one takes. */
const refusals = [
  /^a '[^']*' with features \{[^}]*\} is required to build '([^']+\.drv)'/,
  /^Cannot build '([^']+\.drv)'/,
];

/** @param text Nix's own words, without `error:`. Only how they begin counts: what is quoted further on may be anything. */
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

/** A message with nothing between quotes: names of files, derivations and machines may hold any words. */
export function withoutQuoted(text: string): string {
  return text.replaceAll(/'[^'\n]*'|"[^"\n]*"/g, "''");
}
