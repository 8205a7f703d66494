import * as l10n from "@vscode/l10n";
import type { Location } from "vscode-languageserver-types";
import { URI } from "vscode-uri";
import type { Problem } from "../../protocol.ts";
import { level, type NixError, parseEventLine, withoutEscapes } from "../events/events.ts";

/** What an evaluation ended with. */
export interface EvaluationError {
  /** The first line that says something. */
  readonly sentence: string;
  /** All that Nix said. */
  readonly text: string;
  /** The place that Nix names. */
  readonly location?: Location | undefined;
}

/** The last error that an evaluation's event stream tells of. */
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
 * The problem that an evaluation's event stream tells of: the last error's message, with the place that it names. What Nix said
 * stays in `detail`.
 *
 * @param fallback where to send the user when Nix names no place.
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
  return withoutEscapes(lines.join("\n")).trim() || l10n.t("Nix said nothing.");
}

/** How an error of NixOS's modules goes on with what was defined, and where: `lib/modules.nix` of nixpkgs. */
const definitions = "Definition values:";

/** The first line that says something: `Failed assertions:` is followed by the one that matters. */
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

/** The last `at /path/file.nix:7:62` of a message, as every version prints it; each line is looked at once. */
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
