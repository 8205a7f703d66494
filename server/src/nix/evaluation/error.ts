import * as l10n from "@vscode/l10n";
import type { Location } from "vscode-languageserver-types";
import { URI } from "vscode-uri";
import type { Problem } from "../../protocol.ts";
import { level, type NixError, parseEventLine } from "../events/events.ts";
import { withoutEscapes } from "../events/printed.ts";

/** The error of an evaluation. */
export interface EvaluationError {
  /** The first meaningful line. */
  readonly sentence: string;
  /** Nix's complete message. */
  readonly text: string;
  /** The position that Nix reports. */
  readonly location?: Location | undefined;
}

/** The last error in an evaluation's event stream. */
export function evaluationError(stderr: string): EvaluationError {
  const events = stderr.split("\n").map(parseEventLine);
  const errors = events.flatMap(event => (event.action === "message" && event.level === level.error ? [event] : []));
  const last = errors.findLast(({ error }) => error !== undefined);
  const text =
    last?.text ?? errors.at(-1)?.text ?? plainError(events.flatMap(e => (e.action === "text" ? [e.text] : [])));
  const location = locationOf(last?.error) ?? locationIn(text);
  return { sentence: firstSentence(last?.error?.message ?? text), text, location };
}

/**
 * An evaluation's event stream as a problem: the last error's message and position. Nix's complete message is in `detail`.
 *
 * @param fallback the position to show if Nix reports none.
 */
export function evaluationProblem(stderr: string, fallback?: Location): Problem {
  const { sentence, text, location = fallback } = evaluationError(stderr);
  return {
    code: "evaluation-failed",
    severity: "error",
    message: l10n.t("Evaluation failed: {0}", sentence),
    detail: text,
    location,
  };
}

function plainError(lines: readonly string[]): string {
  return withoutEscapes(lines.join("\n")).trim() || l10n.t("Nix printed no error message.");
}

/** What precedes the list of definitions in an error of the NixOS module system: `lib/modules.nix` of nixpkgs. */
const definitions = "Definition values:";

/** The first meaningful line: after `Failed assertions:` it is the next one. */
function firstSentence(message: string): string {
  const end = message.indexOf(definitions);
  const lines = (end > 0 ? message.slice(0, end) : message)
    .split("\n")
    .map(line => line.replace(/^error:/, "").trim())
    .filter(line => line !== "");
  const [first = "", second] = lines;
  return first.endsWith(":") && second !== undefined ? `${first} ${second}` : first;
}

function locationOf(error: NixError | undefined): Location | undefined {
  if (error?.file === undefined || error.line === undefined || !error.file.startsWith("/")) return undefined;
  return locationAt(error.file, error.line, error.column ?? 1);
}

/** The last `at /path/file.nix:7:62` of a message, as every version prints it. Each line is scanned once. */
function locationIn(text: string): Location | undefined {
  for (const line of text.split("\n").toReversed()) {
    const start = line.indexOf("at /");
    const match = start === -1 ? null : /^at (\/.*?):(\d{1,9}):(\d{1,9})(?!\d)/.exec(line.slice(start));
    if (match?.[1] !== undefined) return locationAt(match[1], Number(match[2]), Number(match[3]));
  }
  return undefined;
}

function locationAt(file: string, line: number, column: number): Location {
  const position = { line: Math.max(line - 1, 0), character: Math.max(column - 1, 0) };
  return { uri: URI.file(file).toString(), range: { start: position, end: position } };
}
