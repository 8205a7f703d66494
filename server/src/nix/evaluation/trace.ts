import type { Location } from "vscode-languageserver-types";
import { URI } from "vscode-uri";
import type { TraceStep } from "../../protocol.ts";
import type { NixError } from "../events/events.ts";

/** Maximum length of a step's text (UTF-16 units): it may contain a value. */
const maxStep = 300;

/** Steps of a printed trace beyond these are ignored. */
const maxPrinted = 500;

/** Longer lines are not searched for a position (UTF-16 units): no path is longer (Linux, PATH_MAX). */
const maxPlace = 5000;

/** The steps that Nix reports apart from the message (2.4 and later), without repetitions. */
export function stepsOf(trace: readonly NixError[]): TraceStep[] {
  const steps = trace.map(({ message, file, line, column }): TraceStep => {
    const location = line !== undefined && file?.startsWith("/") ? locationAt(file, line, column ?? 1) : undefined;
    return step(message, location);
  });
  return steps.filter(({ text }) => text !== "").filter((each, index) => !isSame(each, steps[index - 1]));
}

/**
 * Nix 2.3 prints the steps before the error, the outermost first, a line each: `while evaluating the attribute 'a' at
 * /net/network.nix:1:2:`, perhaps with `, called from /net/web.nix:3:4` before the colon.
 */
export function splitPrintedTrace(printed: string): { readonly text: string; readonly trace: readonly TraceStep[] } {
  const lines = printed.split("\n");
  const end = lines.findIndex(line => !/^(?:error: )?while .*:$/.test(line));
  if (end <= 0) return { text: printed, trace: [] };
  const steps = lines.slice(Math.max(0, end - maxPrinted), end).toReversed();
  return { text: `error: ${lines.slice(end).join("\n")}`.trimEnd(), trace: steps.map(printedStep) };
}

function printedStep(line: string): TraceStep {
  const words = line.replace(/^error: /, "").slice(0, -1);
  const at = words.indexOf(" at /");
  return step(at === -1 ? words : words.slice(0, at), locationIn(words.replace(/, called from /, "\nat ")));
}

function step(message: string, location: Location | undefined): TraceStep {
  const [first = ""] = message.trim().split("\n");
  const text = first.length > maxStep ? `${first.slice(0, maxStep)}…` : first.replace(/:$/, "");
  return { text, ...(location !== undefined && { location }) };
}

function isSame(one: TraceStep, other: TraceStep | undefined): boolean {
  const start = one.location?.range.start;
  const before = other?.location?.range.start;
  return (
    one.text === other?.text &&
    one.location?.uri === other.location?.uri &&
    start?.line === before?.line &&
    start?.character === before?.character
  );
}

/** The last `at /path/file.nix:7:62` of a message, as every version prints it. Each line is scanned once. */
export function locationIn(text: string): Location | undefined {
  for (const line of text.split("\n").toReversed()) {
    const start = line.indexOf("at /");
    const match =
      start === -1 ? null : /^at (\/.*?):(\d{1,9}):(\d{1,9})(?!\d)/.exec(line.slice(start, start + maxPlace));
    if (match?.[1] !== undefined) return locationAt(match[1], Number(match[2]), Number(match[3]));
  }
  return undefined;
}

/** A position, counted from 1. */
export function locationAt(file: string, line: number, column: number): Location {
  const position = { line: Math.max(line - 1, 0), character: Math.max(column - 1, 0) };
  return { uri: URI.file(file).toString(), range: { start: position, end: position } };
}
